/** One polite client: pacing, retries, redirects, and checkpoints to go on from. */
export type { Client, Request } from "./client.js";
