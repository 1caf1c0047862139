/** Media types of the files of a release, by the ends of their names. */
const TYPES: Readonly<Record<string, string>> = {
  cff: "application/yaml",
  json: "application/json",
  md: "text/markdown; charset=utf-8",
  ndjson: "application/x-ndjson",
  parquet: "application/vnd.apache.parquet",
  svg: "image/svg+xml",
};

/** The media type of a file, by its name. */
export function typeOf(path: string): string {
  return TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}
