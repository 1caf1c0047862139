import { gzipSync } from "node:zlib";
import { type Misbehaviour, WRONG } from "./misbehaviour.js";

export const HTML = "<!doctype html><title>Please log in</title><h1>Welcome to our hotel</h1>";

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

/** Bodies that are whole and wrong. */
export const BODIES: readonly Misbehaviour[] = [
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
