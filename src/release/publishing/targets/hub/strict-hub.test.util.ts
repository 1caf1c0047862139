import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/**
 * For tests: a strict Hub with one account, after its protocol as the official client speaks it. It checks tokens, the
 * SHA-256 of every upload, parents of commits and the number of their files, and gives links to upload that expire.
 */

export const TOKEN = "hf_SeCrEtTokenOfTheTests0123";

/** Files above this size are stored apart, as Parquet files always are. */
const LARGE = 10_000_000;

interface File {
  readonly body: Buffer;
  readonly isLarge: boolean;
}

interface Commit {
  readonly oid: string;
  readonly files: ReadonlyMap<string, File>;
}

/** What the client asks to upload. */
interface Batch {
  readonly transfers: readonly string[];
  readonly hash_algo: string;
  readonly objects: readonly { readonly oid: string; readonly size: number }[];
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const sha = (algorithm: string, body: Buffer) => createHash(algorithm).update(body).digest("hex");

export interface HubRules {
  /** How often a link to upload works no more although it is new. */
  expiredLinks?: number;
  /** The most bytes of a part of a large file. */
  partBytes?: number;
}

/** Starts the Hub until the test ends. */
export async function strictHub(t: TestContext, rules: HubRules = {}) {
  const branches = new Map<string, Commit>();
  const tags = new Map<string, string>();
  const merged = new Set<string>();
  const commits = new Map<string, Commit>();
  const stored = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();
  /** The files that each commit changed, in order. */
  const changes: string[][] = [];
  let expired = rules.expiredLinks ?? 0;
  let base = "";

  function add(branch: string, files: ReadonlyMap<string, File>): Commit {
    const commit = { oid: sha("sha1", Buffer.from(randomUUID())), files };
    branches.set(branch, commit);
    commits.set(commit.oid, commit);
    return commit;
  }

  const commitOf = (revision: string) => {
    const found = branches.get(revision) ?? commits.get(revision) ?? commits.get(tags.get(revision) ?? "");
    if (!found) throw new Refusal(404, "Revision not found");
    return found;
  };

  function batch({ transfers, hash_algo, objects }: Batch) {
    if (hash_algo !== "sha_256" || !transfers.includes("basic")) throw new Refusal(400, "bad batch");
    const answers = objects.map(({ oid, size }) => {
      if (stored.has(oid)) return { oid, size };
      const link = (part: string) => `${base}/store/${oid}/${part}?X-Amz-Signature=link-${randomUUID()}`;
      if (rules.partBytes === undefined || size <= rules.partBytes) {
        return { oid, size, actions: { upload: { href: link("whole") } } };
      }
      const count = Math.ceil(size / rules.partBytes);
      const numbers = Array.from({ length: count }, (_, i) => String(i + 1).padStart(5, "0"));
      const header = Object.fromEntries(numbers.map((number) => [number, link(number)]));
      return {
        oid,
        size,
        actions: {
          upload: { href: link("complete"), header: { ...header, chunk_size: String(rules.partBytes) } },
        },
      };
    });
    return { transfer: rules.partBytes === undefined ? "basic" : "multipart", objects: answers };
  }

  function upload(method: string, oid: string, part: string, body: Buffer, response: ServerResponse): void {
    if (expired > 0) {
      expired--;
      throw new Refusal(403, "Request has expired");
    }
    let whole = body;
    if (method === "PUT" && part !== "whole") {
      parts.set(`${oid} ${part}`, body);
      return void response.writeHead(200, { etag: `"${sha("md5", body)}"` }).end();
    }
    if (part === "complete") {
      const { parts: named } = JSON.parse(body.toString());
      whole = Buffer.concat(
        named.map(({ partNumber, etag }: { partNumber: number; etag: string }) => {
          const bytes = parts.get(`${oid} ${String(partNumber).padStart(5, "0")}`) ?? Buffer.alloc(0);
          if (etag !== `"${sha("md5", bytes)}"`) throw new Refusal(400, "wrong ETag");
          return bytes;
        }),
      );
    }
    if (sha("sha256", whole) !== oid) throw new Refusal(400, "the SHA-256 is not that of the object");
    stored.set(oid, whole);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  }

  function commit(branch: string, createPr: boolean, text: string) {
    const lines = text.split("\n").map((line) => JSON.parse(line));
    const header = lines.shift();
    if (header.key !== "header" || !header.value.summary) throw new Refusal(400, "no header");
    if (lines.length > 100) throw new Refusal(504, "too many files in a commit");
    const parent = commitOf(branch);
    if (header.value.parentCommit !== parent.oid) throw new Refusal(412, "A commit has happened since");
    const files = new Map(parent.files);
    for (const { key, value } of lines) {
      if (key === "deletedFile") {
        if (!files.delete(value.path)) throw new Refusal(400, `no file ${value.path}`);
      } else if (key === "lfsFile") {
        const body = stored.get(value.oid);
        if (!body || body.length !== value.size)
          throw new Refusal(400, `${value.path} has not been uploaded`);
        files.set(value.path, { body, isLarge: true });
      } else {
        files.set(value.path, { body: Buffer.from(value.content, "base64"), isLarge: false });
      }
    }
    changes.push(lines.map(({ value }) => value.path));
    const number = [...branches.keys()].length;
    const made = add(createPr ? `refs/pr/${number}` : branch, files);
    const pr = createPr ? { pullRequestUrl: `${base}/datasets/me/media/discussions/${number}` } : {};
    return { success: true, commitOid: made.oid, commitUrl: `${base}/c/${made.oid}`, hookOutput: "", ...pr };
  }

  function tree(revision: string, url: URL, response: ServerResponse) {
    const all = [...commitOf(revision).files].sort(([a], [b]) => (a < b ? -1 : 1));
    const from = Number(url.searchParams.get("cursor") ?? 0);
    // Small pages: whoever lists has to follow the links.
    const page = all.slice(from, from + 7);
    if (from + 7 < all.length) {
      const next = new URL(url);
      next.searchParams.set("cursor", String(from + 7));
      response.setHeader("link", `<${next}>; rel="next"`);
    }
    return page.map(([path, { body, isLarge }]) => ({
      type: "file",
      path,
      size: body.length,
      oid: sha("sha1", Buffer.concat([Buffer.from(`blob ${body.length}\0`), body])),
      ...(isLarge ? { lfs: { oid: sha("sha256", body), size: body.length, pointerSize: 130 } } : {}),
    }));
  }

  /** Gives JSON to answer with; undefined where the answer has been given. */
  function answer(request: IncomingMessage, url: URL, body: Buffer, response: ServerResponse): unknown {
    const { method = "" } = request;
    const path = decodeURIComponent(url.pathname);
    const json = () => JSON.parse(body.toString() || "{}");
    const [, oid, part] = /^\/store\/(\w+)\/(\w+)$/.exec(path) ?? [];
    if (oid && part) return upload(method, oid, part, body, response);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) throw new Refusal(401, "Invalid credentials");
    if (path === "/api/repos/create") {
      const { name, organization, type } = json();
      if (type !== "dataset" || `${organization}/${name}` !== "me/media") throw new Refusal(403, "not yours");
      if (branches.size > 0) throw new Refusal(409, "You already created this dataset repo");
      add("main", new Map([[".gitattributes", { body: Buffer.from("*.parquet lfs\n"), isLarge: false }]]));
      return { url: `${base}/datasets/me/media`, id: "me/media" };
    }
    if (branches.size === 0 || !/^(?:\/api)?\/datasets\/me\/media\b/.test(path))
      throw new Refusal(404, "not found");
    const rest = path.replace(/^(?:\/api)?\/datasets\/me\/media(?:\.git)?\//, "");
    const [verb = "", ...more] = rest.split("/");
    const revision = more.join("/");
    // What is redirected is asked for with GET, and has nothing in it.
    if (method === "GET" && ["preupload", "info", "commit", "discussions", "tag"].includes(verb))
      throw new Refusal(405, "Method not allowed");
    if (verb === "revision") return { sha: commitOf(revision).oid };
    if (verb === "preupload") {
      const isLarge = ({ path, size }: { path: string; size: number }) =>
        path.endsWith(".parquet") || size > LARGE;
      return {
        files: json().files.map((file: { path: string; size: number }) => ({
          path: file.path,
          uploadMode: isLarge(file) ? "lfs" : "regular",
        })),
      };
    }
    if (rest === "info/lfs/objects/batch") return batch(json());
    if (verb === "commit")
      return commit(revision, url.searchParams.get("create_pr") === "1", body.toString());
    if (verb === "tree") return tree(revision, url, response);
    if (verb === "discussions" && more[1] === "merge") {
      const branch = `refs/pr/${more[0]}`;
      if (merged.has(branch)) throw new Refusal(403, "This pull request is closed");
      merged.add(branch);
      add("main", commitOf(branch).files);
      return {};
    }
    if (verb === "tag") {
      const { tag } = json();
      if (tags.has(tag)) throw new Refusal(409, "Tag reference exists already");
      tags.set(tag, commitOf(revision).oid);
      return {};
    }
    if (verb === "resolve") {
      const found = commitOf(more[0] ?? "").files.get(more.slice(1).join("/"));
      if (!found) throw new Refusal(404, "Entry not found");
      response.writeHead(200).end(found.body);
      return undefined;
    }
    throw new Refusal(404, `no such call: ${method} ${path}`);
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    try {
      const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
      base = url.origin;
      const value = answer(request, url, Buffer.concat(chunks), response);
      if (value !== undefined && !response.writableEnded) {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(value));
      }
    } catch (error) {
      // What comes by a strange redirect has no body to be read.
      const refusal = error instanceof SyntaxError ? new Refusal(400, error.message) : error;
      if (!(refusal instanceof Refusal)) throw error;
      response.writeHead(refusal.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: refusal.message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const main = () =>
    new Map([...(branches.get("main")?.files ?? [])].map(([path, { body }]) => [path, body]));
  return { endpoint, main, tags, changes, add };
}
