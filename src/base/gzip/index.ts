export { damageWords } from "./damage-words.js";
export { gunzip } from "./gunzip.js";
export { MAGIC, MemberInflater, type Text, ZEROS } from "./member-inflater.js";
