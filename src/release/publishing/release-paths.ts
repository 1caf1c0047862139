/** Names and paths of releases: which ones that a server, or a file on it, gives are safe to use. */

/** The name of a release: it becomes part of paths, tags and URLs. */
const RELEASE_NAME = /^[A-Za-z0-9][\w.+-]{0,99}$/;

export function isReleaseName(name: string): boolean {
  return RELEASE_NAME.test(name);
}

/** Every file that some version of ov-tools has put into a release. */
const WRITTEN: readonly RegExp[] = [
  /^data\/.+\.parquet$/s,
  /^charts\/[^/]+\.svg$/,
  /^(?:README|LICENSE)\.md$/,
  /^(?:manifest|croissant|datapackage)\.json$/,
  /^deletions\.ndjson$/,
  /^CITATION\.cff$/,
];

/** Whether releases of ours have files of this path. Any other file beside them is not ours. */
export function isReleasePath(path: string): boolean {
  return isPlainPath(path) && WRITTEN.some((pattern) => pattern.test(path));
}

/** The longest key of S3, in bytes. */
const MOST_BYTES = 1024;

/**
 * Whether a path stays below its folder on disks, in buckets and in URLs alike: no empty names, no dot names (written out
 * or as `%2e`), no backslash, no control characters.
 */
export function isPlainPath(path: string): boolean {
  return (
    Buffer.byteLength(path) <= MOST_BYTES &&
    path.isWellFormed() &&
    !/[\\\p{Cc}]/u.test(path) &&
    path.split("/").every((name) => !/^(?:\.|%2e){0,2}$/i.test(name))
  );
}

/** The warning about files that were left in place. */
export function notOurs(where: string, paths: readonly string[]): string {
  const first = paths.slice(0, 3).map((path) => JSON.stringify(path.slice(0, 200)));
  const rest = paths.length > first.length ? ", …" : "";
  const count = `${paths.length} of the files ${where}`;
  return `${count} are not as a release of ours wrote them, and stay: ${first.join(", ")}${rest}`;
}
