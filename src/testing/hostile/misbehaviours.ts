import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { Outcome } from "../../failure.js";
import type { Json, JsonObject } from "../../ndjson/index.js";

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
  /** The clients that it is meant for: an answer without a body is none to those who only look at the status. */
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
  /** A page of works. `next` is any number for the place behind it, none on the last one. */
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

const HTML = "<!doctype html><title>Please log in</title><h1>Welcome to our hotel</h1>";

interface BodyRow extends Pick<Misbehaviour, "says" | "reads"> {
  readonly type?: string;
}

/** An answer of status 200 that is not what was asked for; its first bytes are in the message. */
function body(
  name: string,
  text: string | Buffer,
  { says, type = "application/json", reads = ["object", "list", "table"] }: BodyRow = {},
): Misbehaviour {
  return {
    name: `a body that is ${name}`,
    ends: WRONG,
    reads,
    ...(says && { says }),
    answer: ({ response }) => {
      response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(text) }).end(text);
    },
  };
}

function status(
  code: number,
  {
    ends = WRONG,
    headers = {},
    text = HTML,
    name = "",
  }: { ends?: readonly Outcome[]; headers?: Record<string, string>; text?: string; name?: string } = {},
): Misbehaviour {
  return {
    name: `status ${code}${name}, for ever`,
    ends,
    says: new RegExp(`\\b${code}\\b`),
    answer: ({ response }) => {
      response.writeHead(code, { "content-type": "text/html", ...headers }).end(text);
    },
  };
}

function redirect(
  name: string,
  target: (scene: Scene) => string,
  { code = 302, says }: { code?: number; says?: RegExp } = {},
): Misbehaviour {
  return {
    name: `a redirect ${name}`,
    ends: REFUSED,
    ...(says && { says }),
    answer: (scene) => {
      scene.response.writeHead(code, { location: target(scene) }).end();
    },
  };
}

/** Bodies that are whole and wrong. */
const BODIES: readonly Misbehaviour[] = [
  body("nothing", "", { reads: ["object", "list", "table", "file"] }),
  body("null", "null", { says: /null/ }),
  body("a number", "42", { says: /42/ }),
  body("a text", '"all is well"', { says: /all is well/ }),
  body("true", "true", { says: /true/ }),
  body("an empty list", "[]", { says: /\[\]/, reads: ["object"] }),
  body("a list of nothing", "[null]", { says: /null/ }),
  body("a list of numbers", "[1,2,3]", { says: /1,2,3/ }),
  body("a list of lists", "[[[]]]", { says: /\[\[/ }),
  body("an empty object", "{}", { says: /\{\}/ }),
  body("another object", '{"hello":"world"}', { says: /hello/ }),
  body("an error in an object", '{"error":"the database is on fire"}', { says: /on fire/ }),
  body("an error of many members", '{"error":{"code":13,"info":"on fire"},"errors":[{"title":"on fire"}]}', {
    says: /on fire/,
  }),
  body(
    "members of __proto__",
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  ),
  body("full of terminal escapes", '{"\\u001b[2J\\u001b]0;owned\\u0007":"\\u001b[31m\\u202e"}'),
  body("raw terminal escapes", "\u001b[2J\u001b]0;owned\u0007"),
  body("HTML", HTML, {
    says: /doctype/i,
    type: "text/html; charset=utf-8",
    reads: ["object", "list", "table", "file"],
  }),
  body("HTML that says it is JSON", HTML, { says: /doctype/i, reads: ["object", "list", "table", "file"] }),
  body("no UTF-8", Buffer.from([0xff, 0xfe, 0xfd, 0x7b, 0x7d])),
  body("zeros", Buffer.alloc(1000)),
  body("a gzip file", gzipSync('{"hello":"world"}')),
  body("half of a document", '{"results":[{"id":1,"title":"half'),
  body("two documents", '{"results":[]}{"results":[]}'),
  body("a very deep list", `${"[".repeat(200_000)}${"]".repeat(200_000)}`),
  body("a very deep object", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
  body("a million values", `{"values":[${"{},".repeat(1_000_000)}{}]}`),
];

/** Bodies that are not what their headers say, and connections that break. */
const CONNECTIONS: readonly Misbehaviour[] = [
  {
    name: "a gzip bomb",
    ends: ["refused", "bad_input"],
    reads: ["object", "list", "table"],
    answer: ({ response }) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb());
    },
  },
  encoded("gzip, and is none", "gzip"),
  encoded("br, and is none", "br"),
  encoded("unknown", "rot13"),
  {
    name: "a body that is shorter than its length",
    ends: TEMPORARY,
    answer: ({ response }) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 5000 });
      response.write('{"results":[');
      setTimeout(() => response.destroy(), 5);
    },
  },
  {
    name: "chunks that are cut",
    ends: TEMPORARY,
    answer: ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"results":[');
      setTimeout(() => response.destroy(), 5);
    },
  },
  {
    name: "a connection that is closed without an answer",
    ends: TEMPORARY,
    answer: ({ response }) => {
      response.destroy();
    },
  },
  {
    name: "an answer that is no HTTP",
    ends: TEMPORARY,
    answer: ({ response }) => {
      response.socket?.end("SSH-2.0-OpenSSH_9.2\r\n");
    },
  },
  {
    name: "headers without end",
    ends: TEMPORARY,
    answer: ({ response }) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\n${`x-header: ${"x".repeat(1000)}\r\n`.repeat(200)}\r\n{}`);
    },
  },
  { name: "no answer", ends: TEMPORARY, isSlow: true, reads: ["object", "list", "status"], answer: () => {} },
  {
    name: "a byte now and then",
    ends: TEMPORARY,
    isSlow: true,
    // Files are downloaded at a least speed, by a clock of their own.
    reads: ["object", "list"],
    answer: ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    },
  },
];

function encoded(name: string, encoding: string): Misbehaviour {
  return {
    name: `an encoding that is ${name}`,
    ends: WRONG,
    reads: ["object", "list"],
    answer: ({ response, honest }) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding });
      response.end(honest.body);
    },
  };
}

let packed: Buffer | undefined;

/** A few kilobytes that unpack into 80 MiB of spaces: more than any answer may have. */
function bomb(): Buffer {
  packed ??= gzipSync(Buffer.alloc(80 * 1024 * 1024, " "));
  return packed;
}

const YEAR = String(365 * 24 * 3600);

const STATUSES: readonly Misbehaviour[] = [
  { ...status(204, { text: "" }), says: /./ },
  status(304, { text: "" }),
  status(400),
  status(401, { ends: ["no_permission"] }),
  status(403, { ends: ["no_permission"] }),
  status(404),
  status(410),
  status(416),
  status(418),
  status(429, { ends: TEMPORARY }),
  status(429, { ends: TEMPORARY, headers: { "retry-after": YEAR }, name: " with a Retry-After of a year" }),
  status(429, { ends: TEMPORARY, headers: { "retry-after": "-5" }, name: " with a negative Retry-After" }),
  status(429, {
    ends: TEMPORARY,
    headers: { "retry-after": "soon" },
    name: " with a Retry-After of nonsense",
  }),
  status(429, {
    ends: TEMPORARY,
    headers: { "retry-after": "9".repeat(400) },
    name: " with an endless Retry-After",
  }),
  status(500, { ends: TEMPORARY }),
  status(503, { ends: TEMPORARY }),
  status(503, {
    ends: TEMPORARY,
    headers: { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" },
    name: " until the year 9999",
  }),
  status(599, { ends: TEMPORARY }),
];

const REDIRECTS: readonly Misbehaviour[] = [
  redirect("to itself", ({ asked }) => asked.url.href, { code: 301 }),
  redirect("to ever new addresses", ({ asked, count }) => `${asked.url.pathname}?turn=${count}`),
  redirect("to file:", () => "file:///etc/passwd"),
  redirect("to data:", () => 'data:application/json,{"results":[]}'),
  redirect("to ftp:", () => "ftp://127.0.0.1/pub"),
  redirect("to no address", () => "http://[nonsense"),
  redirect("to another port of this machine", ({ elsewhere }) => elsewhere),
  redirect("to another port of this machine, by name", ({ elsewhere }) =>
    elsewhere.replace("127.0.0.1", "localhost"),
  ),
  redirect("to the metadata of a cloud", () => "http://169.254.169.254/latest/meta-data/"),
  redirect("to a private network", () => "http://192.168.0.1/admin", { code: 307 }),
  {
    name: "a redirect without an address",
    ends: REFUSED,
    answer: ({ response }) => {
      response.writeHead(301).end();
    },
  },
];

export const MISBEHAVIOURS: readonly Misbehaviour[] = [...BODIES, ...CONNECTIONS, ...STATUSES, ...REDIRECTS];
