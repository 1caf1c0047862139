/** Licences: one table of those that there are, and one reader of what sources write. */
export { LICENSE_GROUPS } from "./groups.js";
export { type GivenLicense, type Licensed, licenseOfPair, licenseOfUrl, readLicense } from "./read.js";
export { CONDITIONS, conditionsOf, licenseTitle } from "./titles.js";
export {
  allTools,
  isLicenseName,
  type License,
  licenseNames,
  PORTS,
  portsOf,
  toolOf,
  versionsOf,
} from "./tools.js";
