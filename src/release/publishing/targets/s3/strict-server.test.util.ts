import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { checkSignature, hash, OWNER, Refusal } from "./strict-signature.test.util.js";

/**
 * For tests: a strict S3 server. It checks every signature, the SHA-256 and the checksum of every body, and conditions on writes, those of CompleteMultipartUpload
 * included, which the real server of `make test-s3` does not look at.
 */

/** What a server asks for beyond good signatures. */
export interface S3Rules {
  /** Keys are good for a while only, together with this token. */
  readonly sessionToken?: string;
  /** Conditions on writes: looked at, answered with 501 as Backblaze B2 does, or not looked at at all. */
  readonly conditions?: "kept" | "unknown" | "overlooked";
  /** Without them, as Cloudflare R2 was: 501, also for the checksum algorithm of an upload in parts. */
  readonly checksums?: boolean;
  /** Whether requesters can be made to pay. */
  readonly requestPayment?: boolean;
}

interface Stored {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
}

interface Unfinished {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly parts: Map<number, { body: Buffer; etag: string }>;
}

interface Asked {
  readonly method: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Starts the server with one bucket, `media`, until the test ends. The bucket is the first part of the path, or the first
 * of the host's name.
 */
export async function strictS3(
  t: TestContext,
  { sessionToken, conditions = "kept", checksums = true, requestPayment = true }: S3Rules = {},
) {
  /** The regions that requests were signed for. */
  const regions = new Set<string>();
  const objects = new Map<string, Stored>();
  const uploads = new Map<string, Unfinished>();
  let payer = "BucketOwner";

  const meta = (headers: Asked["headers"]) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-amz-meta-|^content-type$/.test(name)));

  function store(
    key: string,
    body: Buffer,
    { headers, etag }: { headers: Asked["headers"]; etag?: string },
  ): Stored {
    const stored = { body, headers: meta(headers), etag: etag ?? `"${hash("md5", body).digest("hex")}"` };
    objects.set(key, stored);
    return stored;
  }

  function checkConditions(key: string, headers: Asked["headers"]): void {
    if (conditions === "overlooked") return;
    if (conditions === "unknown" && (headers["if-none-match"] ?? headers["if-match"]) !== undefined)
      throw new Refusal(501, "NotImplemented");
    const there = objects.get(key);
    if (headers["if-none-match"] === "*" && there) throw new Refusal(412, "PreconditionFailed");
    const wanted = headers["if-match"];
    if (wanted !== undefined && there?.etag.replaceAll('"', "") !== wanted.replaceAll('"', "")) {
      throw new Refusal(412, "PreconditionFailed");
    }
  }

  function checkSum({ headers, body }: Asked): void {
    const sum = headers["x-amz-checksum-sha256"];
    if (!checksums) {
      if (sum !== undefined) throw new Refusal(501, "NotImplemented");
      return;
    }
    // Files of a release say their SHA-256; the server is to check it, too.
    if (sum === undefined && headers["x-amz-meta-sha256"] !== undefined)
      throw new Refusal(400, "MissingChecksum");
    if (sum !== undefined && sum !== hash("sha256", body).digest("base64"))
      throw new Refusal(400, "BadDigest");
  }

  function putPart(upload: Unfinished | undefined, number: number, asked: Asked): string {
    if (!upload) throw new Refusal(404, "NoSuchUpload");
    if (checksums && asked.headers["x-amz-checksum-sha256"] === undefined)
      throw new Refusal(400, "MissingChecksum");
    checkSum(asked);
    const etag = `"${hash("md5", asked.body).digest("hex")}"`;
    upload.parts.set(number, { body: asked.body, etag });
    return etag;
  }

  function complete(id: string, { key, headers, body }: Asked): string {
    const upload = uploads.get(id);
    if (!upload) throw new Refusal(404, "NoSuchUpload");
    checkConditions(key, headers);
    const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(.*?)<\/ETag>/g)];
    const bodies = named.map(([, number, etag], i) => {
      const part = upload.parts.get(Number(number));
      if (!part || Number(number) !== i + 1 || part.etag !== etag) throw new Refusal(400, "InvalidPart");
      if (i < named.length - 1 && part.body.length < 5 * 1024 * 1024)
        throw new Refusal(400, "EntityTooSmall");
      return part.body;
    });
    uploads.delete(id);
    const { etag } = store(key, Buffer.concat(bodies), {
      headers: upload.headers,
      etag: `"x-${bodies.length}"`,
    });
    return `<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`;
  }

  /** ListObjectsV2 with a delimiter: two folders a page, so that whoever lists has to ask for the next one. */
  function list(query: URLSearchParams): string {
    const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter")];
    if (delimiter !== "/") throw new Refusal(501, "NotImplemented");
    const own = [...objects.keys()].filter((key) => key.startsWith(prefix));
    const folders = own.map((key) => key.slice(0, key.indexOf("/", prefix.length) + 1)).filter(Boolean);
    const after = Buffer.from(query.get("continuation-token") ?? "", "base64url").toString();
    const rest = [...new Set(folders)].sort().filter((folder) => folder > after);
    const page = rest.slice(0, 2);
    const more = rest.length > 2 ? Buffer.from(page.at(-1) ?? "").toString("base64url") : undefined;
    const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return (
      `<ListBucketResult><Prefix>${escaped(prefix)}</Prefix><IsTruncated>${more !== undefined}</IsTruncated>` +
      (more === undefined ? "" : `<NextContinuationToken>${more}</NextContinuationToken>`) +
      page.map((folder) => `<CommonPrefixes><Prefix>${escaped(folder)}</Prefix></CommonPrefixes>`).join("") +
      "</ListBucketResult>"
    );
  }

  /** The answer's headers and body. */
  function answer(asked: Asked): [headers: Record<string, string>, body: string | Buffer] {
    const { method, key, query, headers, body } = asked;
    const id = query.get("uploadId");
    if (query.has("requestPayment")) {
      if (!requestPayment) throw new Refusal(501, "NotImplemented");
      if (method === "PUT") payer = /<Payer>(\w+)</.exec(body.toString())?.[1] ?? "";
      return [{}, `<RequestPaymentConfiguration><Payer>${payer}</Payer></RequestPaymentConfiguration>`];
    }
    if (method === "GET" && query.has("uploads")) {
      const begun = [...uploads].filter(([, upload]) => upload.key.startsWith(query.get("prefix") ?? ""));
      const items = begun.map(
        ([id, { key }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`,
      );
      return [{}, `<ListMultipartUploadsResult>${items.join("")}</ListMultipartUploadsResult>`];
    }
    if (method === "POST" && query.has("uploads")) {
      if (!checksums && headers["x-amz-checksum-algorithm"]) throw new Refusal(501, "NotImplemented");
      const id = randomUUID();
      uploads.set(id, { key, headers: meta(headers), parts: new Map() });
      return [
        {},
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      ];
    }
    if (method === "PUT" && id)
      return [{ etag: putPart(uploads.get(id), Number(query.get("partNumber")), asked) }, ""];
    if (method === "POST" && id) return [{}, complete(id, asked)];
    if (method === "GET" && id) {
      const upload = uploads.get(id);
      if (!upload) throw new Refusal(404, "NoSuchUpload");
      // One at a time: whoever lists has to ask for the next page.
      const after = Number(query.get("part-number-marker") ?? 0);
      const numbers = [...upload.parts.keys()].filter((number) => number > after).sort((a, b) => a - b);
      const [first] = numbers;
      if (first === undefined)
        return [{}, "<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>"];
      const { etag, body } = upload.parts.get(first) as { etag: string; body: Buffer };
      const part = `<Part><PartNumber>${first}</PartNumber><ETag>${etag}</ETag><Size>${body.length}</Size></Part>`;
      const more = `<IsTruncated>${numbers.length > 1}</IsTruncated><NextPartNumberMarker>${first}</NextPartNumberMarker>`;
      return [{}, `<ListPartsResult>${more}${part}</ListPartsResult>`];
    }
    if (method === "GET" && key === "" && query.get("list-type") === "2") return [{}, list(query)];
    const source = headers["x-amz-copy-source"];
    if (method === "PUT" && source !== undefined) {
      const from = objects.get(decodeURIComponent(source).replace(/^\/?media\//, ""));
      if (!from) throw new Refusal(404, "NoSuchKey");
      return [{}, `<CopyObjectResult><ETag>${store(key, from.body, from).etag}</ETag></CopyObjectResult>`];
    }
    if (method === "PUT") {
      checkConditions(key, headers);
      checkSum(asked);
      return [{ etag: store(key, body, { headers }).etag }, ""];
    }
    const there = objects.get(key);
    if (method === "DELETE") objects.delete(key);
    else if (!there) throw new Refusal(404, "NoSuchKey");
    if (method === "DELETE" || !there) return [{}, ""];
    const about = { ...there.headers, etag: there.etag, "content-length": String(there.body.length) };
    return [about, method === "HEAD" ? "" : there.body];
  }

  const server = createServer(async (request, response) => {
    try {
      const asked = await read(request);
      if (asked.headers["x-amz-security-token"] !== sessionToken) throw new Refusal(403, "InvalidToken");
      regions.add(checkSignature(request, asked.body));
      send(response, 200, ...answer(asked));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = `<?xml version="1.0"?><Error><Code>${error.message}</Code><Message>no</Message></Error>`;
      send(response, error.status, {}, request.method === "HEAD" ? "" : body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    owner: OWNER,
    objects,
    regions,
  };
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  response.writeHead(status, headers).end(body);
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://x");
  const path = decodeURIComponent(url.pathname).slice(1).split("/");
  const [, hosted] = /^(.+)\.s3\.test:\d+$/.exec(request.headers.host ?? "") ?? [];
  const [bucket, ...rest] = hosted === undefined ? path : [hosted, ...path];
  if (bucket !== "media") throw new Refusal(404, "NoSuchBucket");
  const headers = request.headers as Record<string, string>;
  const body = Buffer.concat(chunks);
  return { method: request.method ?? "", key: rest.join("/"), query: url.searchParams, headers, body };
}
