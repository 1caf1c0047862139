/** Sub-providers: the institutions inside a provider, which become the `source` of its records. */
export { SUB_PROVIDERS, type SubProviderRow } from "./built-in.js";
export { parseSubProviderRows, readSubProviderRows } from "./rows.js";
export {
  createSubProviderTable,
  PROVIDERS_WITH_SOURCES,
  type SourceAnswer,
  type SubProviderTable,
} from "./table.js";
