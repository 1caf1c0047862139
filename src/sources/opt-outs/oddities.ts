/** A host by its number, as browsers take it whole. */
export const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/** What people write that could be read as an address but leads nowhere. In an archive, a path contains an address. */
const ODDITIES: readonly { is: (text: string) => boolean; problem: string }[] = [
  {
    is: (text) => /[,;|]https?:\/\/|\\[nrt](?=https?:|$)/i.test(text),
    problem: "these are several addresses; one a line",
  },
  {
    is: (text) => /(?:…|\.\.\.)$/.test(text) && /[/?]/.test(text),
    problem: "this address is cut off; write the whole of it",
  },
  {
    is: (text) => /[{}]/.test(text),
    problem:
      "an address has no braces, and this is no place for JSON or patterns; name each page (where the address itself has them, write %7B and %7D)",
  },
  {
    is: (text) => /\)$/.test(text) && countOf(text, ")") > countOf(text, "("),
    problem:
      "an address does not end with a bracket that nothing opens (where the address itself ends so, write %29)",
  },
  {
    is: (text) => /^\d+(?:\.\d+){3}(?:\/\d{1,2}$|-)/.test(text),
    problem: "this is a range of addresses; name each host, as in 192.0.2.7",
  },
  // Numbers are hosts to browsers: `3.14` is 3.0.0.14, and what begins with `10.1000/` is a DOI.
  {
    is: (text) => {
      const host = /^(?:https?:)?[\\/]*([^\\/?#:]*)/i.exec(text)?.[1] ?? "";
      return /^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+))*$/i.test(host) && !IPV4.test(host);
    },
    problem: "this is no URL: its host is a number",
  },
];

/** Why a text that could be read as an address leads nowhere; undefined for all others. */
export function oddityOf(text: string): string | undefined {
  return ODDITIES.find(({ is }) => is(text))?.problem;
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}
