/** Work in other threads: one pool, its workers, and failures that stay what they are. */
export type { Job } from "./job.js";
export { Pool, type PoolWorker } from "./pool.js";
export { type Answer, type Send, type Service, serve } from "./serve.js";
export type { Traffic } from "./traffic.js";
