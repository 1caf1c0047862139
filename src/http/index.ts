/** One polite client: pacing, retries, redirects, and checkpoints to go on from. */
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
export { type DownloadOptions, download } from "./download.js";
export { redactUrl } from "./redact.js";
