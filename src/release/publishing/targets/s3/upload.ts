import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { Failure } from "../../../../base/failure.js";
import type { Watch } from "../../checks/shard-files.js";
import type { Abilities } from "./abilities.js";
import type { Bucket } from "./bucket.js";
import { elementsIn, isOf, textsIn } from "./xml.js";

/** A file to upload, and what is known of it. */
export interface Upload {
  readonly key: string;
  /** Its path on this machine. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Type, ACL and the like. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the server can do. */
  readonly abilities: Abilities;
}

/** Parts that are sent at the same time. Each is held in memory. */
const PARALLEL = 4;
const MIB = 1024 * 1024;
/** Of one upload, by the rules of S3. */
const MOST_PARTS = 10_000;

/** A part that the server has. */
interface Part {
  readonly etag: string;
  readonly size: number;
}

/**
 * Uploads a file in parts, several at a time. Parts that an earlier run has left at the server are not sent again: the
 * server is asked for them, and each is compared by its MD5. Every part goes with its SHA-256 where the server takes one.
 */
export async function uploadInParts(
  bucket: Bucket,
  upload: Upload,
  partBytes: number,
  watch: Watch,
): Promise<void> {
  const { key, path, bytes } = upload;
  const size = Math.max(partBytes, Math.ceil(bytes / MOST_PARTS / MIB) * MIB);
  const count = Math.ceil(bytes / size);
  const uploadId = (await findUpload(bucket, key)) ?? (await createUpload(bucket, upload));
  const there = await listParts(bucket, key, uploadId);
  const done: { etag: string; checksum: string }[] = new Array(count);
  const file = await open(path);
  try {
    let next = 0;
    const stop = () => {
      next = count;
    };
    const lane = async () => {
      while (next < count) {
        const index = next++;
        const part = await readPart(file, index * size, Math.min(size, bytes - index * size));
        done[index] = await sendPart(bucket, upload, uploadId, index + 1, part, there.get(index + 1));
        watch.onBytes?.(part.length);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, count) }, () => lane().finally(stop)));
  } finally {
    await file.close();
  }
  await complete(bucket, upload, uploadId, done);
}

/** The latest upload of this key that was begun and not finished. */
async function findUpload(bucket: Bucket, key: string): Promise<string | undefined> {
  const { text } = await bucket.demand(
    { method: "GET", query: { uploads: "", prefix: key } },
    "ListMultipartUploadsResult",
  );
  const own = elementsIn(text, "Upload").filter((upload) => upload.Key === key);
  own.sort((a, b) => ((a.Initiated ?? "") < (b.Initiated ?? "") ? -1 : 1));
  return own.map(({ UploadId = "" }) => UploadId).findLast(isUploadId);
}

/** An id of an upload becomes a part of addresses. */
function isUploadId(id: string): boolean {
  return id !== "" && id.length <= 1024;
}

async function createUpload(bucket: Bucket, { key, sha256, headers, abilities }: Upload): Promise<string> {
  const request = {
    method: "POST",
    key,
    query: { uploads: "" },
    headers: {
      ...headers,
      "x-amz-meta-sha256": sha256,
      ...(abilities.checksums ? { "x-amz-checksum-algorithm": "SHA256" } : {}),
    },
  } as const;
  const { text } = await bucket.demand(request, "InitiateMultipartUploadResult");
  const [id = ""] = textsIn(text, "UploadId");
  if (!isUploadId(id))
    throw new Failure("refused", `the S3 server began no upload of ${key}: it gave no UploadId`);
  return id;
}

async function listParts(bucket: Bucket, key: string, uploadId: string): Promise<Map<number, Part>> {
  const parts = new Map<number, Part>();
  for (let marker = 0; ; ) {
    const query = { uploadId, ...(marker === 0 ? {} : { "part-number-marker": String(marker) }) };
    const { text } = await bucket.demand({ method: "GET", key, query }, "ListPartsResult");
    for (const { PartNumber, ETag = "", Size } of elementsIn(text, "Part")) {
      if (isETag(ETag)) parts.set(Number(PartNumber), { etag: ETag, size: Number(Size) });
    }
    if (textsIn(text, "IsTruncated")[0] !== "true") return parts;
    const next = Number(textsIn(text, "NextPartNumberMarker")[0]);
    // Numbers of parts rise and end: a listing that does not go on is given up, and those parts are sent again.
    if (!(next > marker && next <= MOST_PARTS)) return parts;
    marker = next;
  }
}

/** An ETag becomes a part of XML. */
function isETag(etag: string): boolean {
  return /^"?[\w+/=.:-]{1,200}"?$/.test(etag);
}

async function readPart(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Failure("bad_input", "a shard became shorter while it was sent");
    filled += bytesRead;
  }
  return buffer;
}

async function sendPart(
  bucket: Bucket,
  { key, abilities }: Upload,
  uploadId: string,
  number: number,
  body: Buffer,
  there: Part | undefined,
): Promise<{ etag: string; checksum: string }> {
  const md5 = createHash("md5").update(body).digest("hex");
  const checksum = createHash("sha256").update(body).digest("base64");
  if (there?.size === body.length && there.etag.replaceAll('"', "") === md5)
    return { etag: there.etag, checksum };
  const { headers } = await bucket.demand({
    method: "PUT",
    key,
    query: { partNumber: String(number), uploadId },
    headers: abilities.checksums ? { "x-amz-checksum-sha256": checksum } : {},
    body,
  });
  const etag = headers.get("etag");
  if (!etag || !isETag(etag))
    throw new Failure("refused", `the S3 server gave no ETag for part ${number} of ${key}`);
  return { etag, checksum };
}

async function complete(
  bucket: Bucket,
  { key, abilities }: Upload,
  uploadId: string,
  parts: readonly { etag: string; checksum: string }[],
): Promise<void> {
  const items = parts.map(({ etag, checksum }, i) => {
    const sum = abilities.checksums ? `<ChecksumSHA256>${checksum}</ChecksumSHA256>` : "";
    return `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag>${sum}</Part>`;
  });
  const request = {
    method: "POST",
    key,
    query: { uploadId },
    headers: { "content-type": "application/xml", ...(abilities.conditions ? { "if-none-match": "*" } : {}) },
    body: `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${items.join("")}</CompleteMultipartUpload>`,
  } as const;
  const answer = await bucket.ask(request);
  const failed = answer.status >= 300 || isOf(answer.text, "Error");
  // Done already, by an attempt whose answer was lost or by another run: what is there is looked at afterwards.
  const isThere = answer.status === 412 || /<Code>NoSuchUpload</.test(answer.text);
  if (failed && !isThere) throw bucket.failure(request, answer);
}
