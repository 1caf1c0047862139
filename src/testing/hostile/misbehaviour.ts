import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Outcome } from "../../base/failure.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";

/**
 * What servers do that lie, are broken or are somebody else: a table of answers, headers, bodies and loops. Each row
 * stands for every client that we have; `attack.ts` runs them, and a new client is one line there.
 */
export interface Misbehaviour {
  readonly name: string;
  /** Answers a request. */
  answer(scene: Scene): void;
  /** How a client may end; never as if all had gone well. */
  readonly ends: readonly Outcome[];
  /** What the message has to have beside the server's name, such as the first bytes of the answer. */
  readonly says?: RegExp;
  /** The clients that it is meant for: an answer without a body does not matter to those who only look at the status. */
  readonly reads?: readonly Reading[];
  /** It takes as long as the client's patience: its limits of time are the test's. */
  readonly isSlow?: true;
  /** What a client's list must have for it; it is then only the pages that are spoilt. */
  readonly list?: ClientList["has"];
  /** How many records arrive all the same, at least. */
  readonly written?: number;
}

/** What a client makes of an answer: a JSON object or list, a table or any other file, or only status and headers. */
export type Reading = "object" | "list" | "table" | "file" | "status";

/** A request as the server sees it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer that is as it should be. */
export interface Honest {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What a misbehaviour knows when it answers. */
export interface Scene {
  readonly asked: Asked;
  readonly response: ServerResponse;
  /** How many requests were answered like this before. */
  readonly count: number;
  /** What an honest server would say. */
  readonly honest: Honest;
  /** A server on the same machine that nobody may be led to. */
  readonly elsewhere: string;
  /** How the client's pages are made, where it goes from page to page. */
  readonly list: ClientList | undefined;
}

/** How the pages of a client's list are made. */
export interface ClientList {
  /** A work as it should be; each number stands for another one. */
  item(number: number): JsonObject;
  /** A page of works. `next` is any number for the place after it, absent on the last one. */
  page(
    items: readonly Json[],
    words: { readonly next?: number; readonly total?: Json },
    asked?: Asked,
  ): Honest;
  /** Whether a request is one for a page. */
  isPage(asked: Asked): boolean;
  /**
   * Whether there is more than one page; whether they say how many works or pages there are, say that there is a next
   * one or name it; whether works are asked for one by one.
   */
  readonly has: readonly ("pages" | "total" | "next" | "cursor" | "details")[];
}

/** A final answer, or one that may be another the next time; which one is the client's to say. */
export const WRONG = ["bad_input", "refused", "temporary"] as const satisfies readonly Outcome[];
export const REFUSED = ["refused"] as const satisfies readonly Outcome[];
export const TEMPORARY = ["temporary"] as const satisfies readonly Outcome[];
