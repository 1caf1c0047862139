/** Licences: one table of all that exist, and one reader of what sources write. */
export { isTexts, type Licensed, licenseOfPair, licenseOfUrl, readLicense } from "./read.js";
export { STATEMENTS } from "./refusals.js";
export { CONDITIONS, conditionsOf, LICENSE_GROUPS, licenseTitle } from "./titles.js";
export { type Accepted, acceptedLicenses, isLicenseName, type License, PORTS } from "./tools.js";
