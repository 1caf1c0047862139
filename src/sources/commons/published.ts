import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Failure } from "../../base/failure.js";

/** Where snapshots are published, and how. */

const FOLDER = "https://dumps.wikimedia.org/commonswiki/entities/";

/** Lists of checksums stand beside a snapshot, named after its day; the better hash first. */
const CHECKSUM_LISTS = [
  { hash: "sha1", name: "sha1sums.txt" },
  { hash: "md5", name: "md5sums.txt" },
] as const;

/**
 * The address of a snapshot: `latest`, the day of one (`20260105`), or an address itself. Any other text is a `Failure`
 * (`usage`) that names the option.
 */
export function snapshotUrl(which: string, option: string): URL {
  if (which === "latest") return new URL("latest-mediainfo.json.gz", FOLDER);
  if (/^20\d{6}$/.test(which)) return new URL(`${which}/commons-${which}-mediainfo.json.gz`, FOLDER);
  if (/^https?:\/\//.test(which) && URL.canParse(which)) return new URL(which);
  throw new Failure(
    "usage",
    `${option}: '${which}' is not valid: it must be latest, a day (YYYYMMDD) or an address`,
  );
}

/** A checksum as it is published. */
export interface Checksum {
  readonly hash: "sha1" | "md5";
  /** In hexadecimal digits, small letters. */
  readonly digest: string;
}

/**
 * The published checksum of a snapshot; undefined where there is none. `latest` has none: its list is named after a day
 * that the address does not tell.
 */
export async function publishedChecksum(
  url: URL,
  text: (url: URL) => Promise<string | undefined>,
): Promise<Checksum | undefined> {
  const name = url.pathname.split("/").at(-1) ?? "";
  const prefix = /^(\w+-\d{8}-)/.exec(name)?.[1];
  if (prefix === undefined) return undefined;
  for (const list of CHECKSUM_LISTS) {
    const lines = (await text(new URL(`${prefix}${list.name}`, url)))?.split("\n") ?? [];
    const line = lines.find((one) => one.trimEnd().endsWith(` ${name}`));
    const digest = line && /^[\da-f]{32,40}\b/i.exec(line)?.[0];
    if (digest) return { hash: list.hash, digest: digest.toLowerCase() };
  }
  return undefined;
}

/** Whether a file has a checksum. `onProgress` is told how many bytes were read. */
export async function hasChecksum(
  path: string,
  { hash, digest }: Checksum,
  onProgress: (done: number) => void = () => {},
): Promise<boolean> {
  const sum = createHash(hash);
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    sum.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    onProgress(done);
  }
  return sum.digest("hex") === digest;
}
