import type { Json } from "../ndjson/index.js";

/** One request of a provider's API. */
export interface Request {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The polite client as providers see it. */
export interface Client {
  /**
   * Asks for a JSON document: paced, retried, redirected within the host. Throws a `Failure`: `temporary` when
   * running again later can help, `refused` or `no_permission` when it cannot.
   */
  json(request: Request): Promise<Json>;
  /** The size of a file in bytes, from a HEAD request; null where the server does not tell. */
  fileSize(url: URL): Promise<number | null>;
}
