/** Gzip: members and what is damaged in them, from streams, and from files that are read at several places at once. */
export { type DamagedAt, locateDamage, paddingAt } from "./damage.js";
export { gunzip, gunzipPage, gunzipped } from "./gunzip.js";
export { damageWords, seesMembers } from "./inflate.js";
export type { Text } from "./member-inflater.js";
export { findMember, inflateRange, type SeekableFile } from "./members.js";
export { Ranges, type RangeTask, type RangeTraffic } from "./ranges.js";
