import { gzipSync } from "node:zlib";
import { type Misbehaviour, TEMPORARY, WRONG } from "./misbehaviour.js";

/** Bodies that are not what their headers say, and connections that break. */
export const CONNECTIONS: readonly Misbehaviour[] = [
  {
    name: "a gzip bomb",
    ends: ["refused", "bad_input"],
    reads: ["object", "list", "table"],
    answer: ({ response }) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb());
    },
  },
  encoded("gzip, and is not", "gzip"),
  encoded("br, and is not", "br"),
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
