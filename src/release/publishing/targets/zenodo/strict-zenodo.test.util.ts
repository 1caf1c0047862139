import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/**
 * For tests: a strict Zenodo, after its description of the deposit API. It checks tokens and metadata, and refuses
 * changes of what is published.
 */

export const ZENODO_TOKEN = "SeCrEtZenodoToken0123456789";

interface Record_ {
  readonly id: number;
  /** Of all versions of it. */
  readonly concept: number;
  readonly bucket: string;
  files: Map<string, Buffer>;
  metadata: Readonly<Record<string, unknown>>;
  published: boolean;
}

/** What the service does beside what it should. */
export interface ZenodoRules {
  /** Drafts have no link to a bucket: never, or until a file has come by the older API. */
  readonly bucket?: "never" | "after a file";
}

/** Licences that it knows, of many. */
const LICENSES = new Set([
  ...["cc-by-4.0", "cc-by-sa-4.0", "cc-by-2.0", "cc-zero"],
  ...["other-open", "other-at", "other-nc", "other-closed", "other-pd"],
]);

class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly { field: string; message: string }[];
  constructor(status: number, message: string, errors: readonly { field: string; message: string }[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

const md5 = (body: Buffer) => createHash("md5").update(body).digest("hex");

/** Starts the service until the test ends. */
export async function strictZenodo(t: TestContext, { bucket }: ZenodoRules = {}) {
  const records = new Map<number, Record_>();
  /** Names of files in the order of their arrival. */
  const arrived: string[] = [];
  let base = "";

  function add(files: ReadonlyMap<string, Buffer> = new Map(), before?: Record_): Record_ {
    const id = 1000 + records.size;
    const concept = before?.concept ?? id;
    const record = {
      id,
      concept,
      bucket: randomUUID(),
      files: new Map(files),
      metadata: {},
      published: false,
    };
    records.set(id, record);
    return record;
  }

  const show = ({ id, concept, bucket: name, metadata, published, files }: Record_) => ({
    id,
    conceptrecid: String(concept),
    submitted: published,
    metadata: { ...metadata, prereserve_doi: { doi: `10.5072/zenodo.${id}`, recid: id } },
    links: {
      ...(bucket === "never" || (bucket === "after a file" && files.size === 0)
        ? {}
        : { bucket: `${base}/api/files/${name}` }),
      html: `${base}/deposit/${id}`,
    },
  });

  function checkMetadata(metadata: Record<string, unknown>): void {
    const { upload_type, title, description, creators, publication_date, license } = metadata;
    const isText = (text: unknown) => typeof text === "string" && text !== "";
    const names = Array.isArray(creators) ? creators : [];
    const rules: readonly (readonly [field: string, isRight: boolean, message: string])[] = [
      ["upload_type", upload_type === "dataset", "Not a valid choice."],
      ["title", isText(title), "Field may not be null."],
      ["title", String(title).length >= 3, "Shorter than minimum length 3."],
      ["description", isText(description), "Field may not be null."],
      ["publication_date", /^\d{4}-\d\d-\d\d$/.test(String(publication_date)), "Not a valid date."],
      ["license", LICENSES.has(String(license)), "Invalid license."],
      ["creators", names.length > 0, "Shorter than minimum length 1."],
      ...names.map(({ name }, i) => [`creators.${i}.name`, isText(name), "Field may not be null."] as const),
    ];
    const errors = rules
      .filter(([, isRight]) => !isRight)
      .map(([field, , message]) => ({ field: `metadata.${field}`, message }));
    if (errors.length > 0) throw new Refusal(400, "Validation error.", errors);
  }

  function recordOf(id: string | undefined): Record_ {
    const record = records.get(Number(id));
    if (!record) throw new Refusal(404, "PID does not exist.");
    return record;
  }

  function draftOf(id: string | undefined): Record_ {
    const record = recordOf(id);
    if (record.published) throw new Refusal(403, "The record is published.");
    return record;
  }

  function publish(record: Record_) {
    checkMetadata(record.metadata);
    if (record.files.size === 0) throw new Refusal(400, "Minimum one file must be provided.");
    record.published = true;
    return { ...show(record), doi: `10.5072/zenodo.${record.id}` };
  }

  function latestOf({ concept }: Record_): Record_ | undefined {
    return [...records.values()].filter((other) => other.concept === concept && other.published).at(-1);
  }

  function newVersion(id: string | undefined) {
    const record = records.get(Number(id));
    if (!record?.published) throw new Refusal(404, "PID does not exist.");
    if (latestOf(record) !== record) throw new Refusal(400, "Only the newest version can have a next one.");
    const draft = add(record.files, record);
    return {
      ...show(record),
      links: { ...show(record).links, latest_draft: `${base}/api/deposit/depositions/${draft.id}` },
    };
  }

  /** Gives status and body. */
  function answer(method: string, url: URL, body: Buffer): [status: number, value: unknown] {
    const path = decodeURIComponent(url.pathname);
    const json = () => JSON.parse(body.toString());
    const [, bucket, name] = /^\/api\/files\/([\w-]+)\/([^/]+)$/.exec(path) ?? [];
    if (bucket && name && method === "PUT") {
      const record = [...records.values()].find((record) => record.bucket === bucket && !record.published);
      if (!record) throw new Refusal(404, "Bucket does not exist.");
      if (record.files.size >= 100) throw new Refusal(400, "Too many files.");
      record.files.set(name, body);
      arrived.push(name);
      return [201, { key: name, size: body.length, checksum: `md5:${md5(body)}` }];
    }
    const [, first] = /^\/api\/records\/(\d+)\/versions\/latest$/.exec(path) ?? [];
    if (first) {
      const latest = latestOf(recordOf(first));
      if (!latest) throw new Refusal(404, "PID does not exist.");
      return [302, `${base}/api/records/${latest.id}`];
    }
    const [, one] = /^\/api\/records\/(\d+)$/.exec(path) ?? [];
    if (one) return [200, show(recordOf(one))];
    const [, of, draft, key] = /^\/api\/records\/(\d+)\/(draft\/)?files\/([^/]+)\/content$/.exec(path) ?? [];
    if (of) {
      const record = records.get(Number(of));
      const file = record?.published === (draft === undefined) ? record.files.get(key ?? "") : undefined;
      if (!file) throw new Refusal(404, "File does not exist.");
      return [200, file];
    }
    const [, id, part, item] =
      /^\/api\/deposit\/depositions(?:\/(\d+))?(?:\/(files|actions)(?:\/(.+))?)?$/.exec(path) ?? [];
    if (id === undefined && method === "GET") {
      return [200, [...records.values()].map(show)];
    }
    if (id === undefined && method === "POST") return [201, show(add())];
    if (part === "actions" && item === "newversion") return [201, newVersion(id)];
    if (part === "actions" && item === "publish") return [202, publish(draftOf(id))];

    const record = method === "GET" ? recordOf(id) : draftOf(id);
    if (part === "files" && method === "GET") {
      const files = [...record.files].map(([filename, body]) => ({
        id: Buffer.from(filename).toString("hex"),
        filename,
        filesize: body.length,
        checksum: md5(body),
      }));
      return [200, files];
    }
    if (part === "files" && method === "POST") {
      const [, filename = "", content = ""] =
        /name="file"; filename="([^"]+)"\r\n(?:[^\r\n]+\r\n)*\r\n(.*)\r\n--[^\r\n]+--\r\n$/s.exec(
          body.toString(),
        ) ?? [];
      if (filename === "") throw new Refusal(400, "No file.");
      record.files.set(filename, Buffer.from(content));
      return [201, { id: Buffer.from(filename).toString("hex"), filename, filesize: content.length }];
    }
    if (part === "files" && method === "DELETE") {
      if (!record.files.delete(Buffer.from(item ?? "", "hex").toString()))
        throw new Refusal(404, "No such file.");
      return [204, undefined];
    }
    if (method === "PUT") {
      checkMetadata(json().metadata);
      record.metadata = json().metadata;
    }
    return [200, show(record)];
  }

  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    base = url.origin;
    try {
      if (request.headers.authorization !== `Bearer ${ZENODO_TOKEN}`) throw new Refusal(401, "Unauthorized.");
      const [status, value] = answer(request.method ?? "", url, body);
      const location = status === 302 ? { location: String(value) } : {};
      response.writeHead(status, { "content-type": "application/json", ...location });
      response.end(Buffer.isBuffer(value) ? value : value === undefined ? undefined : JSON.stringify(value));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.writeHead(error.status, { "content-type": "application/json" });
      const { status, message, errors } = error;
      response.end(JSON.stringify({ status, message, ...(errors.length > 0 ? { errors } : {}) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, records, arrived };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
