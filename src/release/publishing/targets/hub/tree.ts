import { createHash } from "node:crypto";
import { Failure } from "../../../../base/failure.js";
import { type ReleaseFile, sha256Of } from "../../release-manifest.js";
import { type TreeEntry, treePage } from "./answers.js";
import type { HubClient } from "./client.js";

/** The most pages in a row without a file that is looked for: the Hub lists up to a thousand files on each. */
const MOST_PAGES = 100;

/** Those of some files that are there at a commit, by their paths. */
export async function findFiles(
  client: HubClient,
  commit: string,
  paths: ReadonlySet<string>,
): Promise<Map<string, TreeEntry>> {
  const { name, options } = client;
  const { hubUrl, repo } = options;
  const found = new Map<string, TreeEntry>();
  const own = new URL(`${hubUrl}/api/datasets/${repo}/tree/${commit}?recursive=true&expand=false`);
  const asked = new Set<string>();
  let without = 0;
  for (let url: URL | undefined = own; url && found.size < paths.size; ) {
    asked.add(url.href);
    const { value, headers } = await client.read(url.href, treePage, "listing the files");
    const before = found.size;
    for (const entry of value) if (paths.has(entry.path)) found.set(entry.path, entry);
    without = found.size > before ? 0 : without + 1;
    url = nextOf(headers, url);
    if (url === undefined) break;
    const problem = asked.has(url.href)
      ? "goes in a circle"
      : without >= MOST_PAGES
        ? `does not end: ${MOST_PAGES} pages had no file of the release`
        : url.origin !== own.origin || url.pathname !== own.pathname
          ? `goes on at another address (${url.host})`
          : undefined;
    if (problem) throw new Failure("refused", `${name}: the Hub's listing of files ${problem}`);
  }
  return found;
}

/** The address of the next page. */
function nextOf(headers: Headers, from: URL): URL | undefined {
  const [, link] = /<([^<>]+)>\s*;\s*rel="?next\b/.exec(headers.get("link") ?? "") ?? [];
  return link !== undefined && URL.canParse(link, from.href) ? new URL(link, from) : undefined;
}

/** Whether an entry is a file of a release: by the SHA-256 of a large file, by git's own hash of any other. */
export function isSame(file: ReleaseFile, entry: TreeEntry | undefined, text: string | undefined): boolean {
  if (!entry) return false;
  if (entry.lfs) return entry.lfs.oid === file.sha256 && entry.lfs.size === file.bytes;
  if (text === undefined) return entry.size === file.bytes;
  return entry.oid === gitHashOf(text) && sha256Of(text) === file.sha256;
}

function gitHashOf(text: string): string {
  const bytes = Buffer.from(text);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
