/** One polite client: pacing, retries, redirects, and checkpoints to go on from. */
export { type BudgetRules, BudgetSpent, openBudget, type RequestBudget, refillOf } from "./budget.js";
export { type Checkpoint, openCheckpoint, type WalkQuery } from "./checkpoint.js";
export {
  type Client,
  type ClientOptions,
  createClient,
  type OpenClient,
  type Redirect,
  type Request,
} from "./client.js";
export type { Clock } from "./clock.js";
export { beginningOf } from "./decode.js";
export { type DownloadOptions, download } from "./download.js";
export { webAddress } from "./given.js";
export {
  type GuardedOptions,
  guardedFetch,
  retryingFetch,
  type SendOptions,
  sendRetrying,
} from "./guarded-fetch.js";
export { Hosts, type HostsOptions } from "./hosts.js";
export { excessOfText } from "./json.js";
export type { Limits } from "./limits.js";
export { redactUrl } from "./redact.js";
export { StatusFailure } from "./why-failed.js";
