/** White space of every kind, and what looks like it. */
export const BLANKS = [
  ..." \t\n\r\v\f\u0000\u0008\u001c\u001f\u007f\u0085\u0099\u00a0\u00ad\u1680\u180e\u2000\u200a\u200b\u200d\u2028\u2029",
  ..."\u202e\u202f\u205f\u2060\u3000\ufeff",
];
