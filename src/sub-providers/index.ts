/** Sub-providers: the institutions inside a provider, which become the `source` of its records. */
export { SUB_PROVIDERS } from "./built-in.js";
export {
  createSubProviderTable,
  parseSubProviderRows,
  type SourceAnswer,
  type SubProviderRow,
  type SubProviderTable,
} from "./table.js";
