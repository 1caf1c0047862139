import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../base/failure.js";
import type { JsonObject, OnBadLine } from "../../base/ndjson/index.js";
import { givenAt, listAt, numberAt, textAt } from "../../base/ndjson/index.js";
import { dropTrailingSlash, type Found, type Page, type Provider, type Session } from "../engine/index.js";

/** The four tables of the dump, monthly: https://github.com/inaturalist/inaturalist-open-data */
const TABLES = ["taxa", "observers", "observations", "photos"] as const;

/** Licences by their codes; `GFDL` is no licence of ours, and photos without a code have none. */
const LICENSES: ReadonlyMap<string, readonly [license: string, version: string]> = new Map([
  ["CC-BY", ["by", "4.0"]],
  ["CC-BY-SA", ["by-sa", "4.0"]],
  ["CC-BY-ND", ["by-nd", "4.0"]],
  ["CC-BY-NC", ["by-nc", "4.0"]],
  ["CC-BY-NC-SA", ["by-nc-sa", "4.0"]],
  ["CC-BY-NC-ND", ["by-nc-nd", "4.0"]],
  ["CC0", ["cc0", "1.0"]],
  ["PD", ["pdm", "1.0"]],
]);

/** iNaturalist: photographs of organisms, from its open-data dump. */
export const inaturalist: Provider = {
  name: "inaturalist",
  title: "iNaturalist",
  media: ["image"],
  baseUrl: "https://inaturalist-open-data.s3.amazonaws.com",
  documentation: "https://github.com/inaturalist/inaturalist-open-data",
  coverage: "full",
  licenses: "CC BY, BY-SA, BY-ND, BY-NC, BY-NC-SA and BY-NC-ND 4.0, CC0, Public Domain Mark",
  delay: 1,
  checked: "2023",
  differences: [
    "Titles and tags are the scientific names of the taxon and of those above it; the catalogue adds common names from the Catalogue of Life.",
    "A photo that several observations share gives no record, as in the catalogue, and is counted.",
    "A licence code has no address, so `raw_license_url` is null and `watermarked` false, as in all records.",
    "Public domain photos (`PD`) have version 1.0 of the mark; the catalogue leaves the version empty.",
  ],
  walk,
  // There are no answers: the dump is read from its tables.
  page: { list: [] },
  itemMembers: ["photo_id"],
  joinTables,
  recordsOf,
};

/** Fetches the dump, joins it, and walks it in the order of the photos' ids. `next` is `{after}`: the last id. */
async function* walk(session: Session): AsyncGenerator<Page> {
  const { files } = session;
  if (!files) throw new Failure("unexpected", "a walk through a dump needs a folder");
  await mkdir(files.folder, { recursive: true });
  const { joinTables, isNewer } = await import("./inaturalist-tables.js");
  const urls = TABLES.map((name) => new URL(`${dropTrailingSlash(session.baseUrl)}/${name}.csv.gz`));
  const done = await files.lastSuccess();
  if (done !== undefined && session.from === undefined && !isNewer(done, await changesOf(session, urls))) {
    yield {
      items: [],
      warning: `iNaturalist has no dump that is newer than the one of the last run, ${done}`,
    };
    return;
  }
  const paths: string[] = [];
  for (const [i, url] of urls.entries()) {
    const path = join(files.folder, `${TABLES[i]}.csv.gz`);
    await files.download(url, path);
    paths.push(path);
  }
  const database = join(files.folder, "join.db");
  const after = numberAt(session.from, "after") ?? -1;
  let rows = 0;
  try {
    for await (const items of joinTables(paths, database, { after, onBadLine: session.onBadLine })) {
      const last = numberAt(items.at(-1), "photo_id");
      rows += items.length;
      yield last === undefined ? { items } : { items, next: { after: last } };
    }
  } catch (error) {
    throw withServer(error, session);
  }
  if (rows === 0 && after === -1)
    throw new Failure("bad_input", `the dump of iNaturalist (${hostOf(session)}) has no photos`);
  await files.succeed();
  for (const path of [...paths, database]) await rm(path, { force: true });
}

/** Says of a table that cannot be used which server sent it. */
function withServer(error: unknown, session: Session): unknown {
  if (!(error instanceof Failure) || error.outcome !== "bad_input" || !error.place) return error;
  const { outcome, message, place, cause } = error;
  return new Failure(outcome, `${message}, as ${hostOf(session)} sent it`, { place, cause });
}

function hostOf({ baseUrl }: Session): string {
  return new URL(baseUrl).host;
}

async function changesOf({ client }: Session, urls: readonly URL[]): Promise<(string | undefined)[]> {
  const changes: (string | undefined)[] = [];
  for (const url of urls) changes.push((await client.head({ url }))["last-modified"]);
  return changes;
}

/** The joined rows of a saved dump. The database is only loaded for this. */
async function* joinTables(
  paths: readonly string[],
  database: string,
  onBadLine: OnBadLine,
): AsyncGenerator<JsonObject[]> {
  const tables = await import("./inaturalist-tables.js");
  yield* tables.joinTables(paths, database, { onBadLine });
}

/** The licence of a code. */
export function licenseOf(code: string): readonly [license: string, version: string] | undefined {
  return LICENSES.get(code);
}

function recordsOf(row: JsonObject): Found {
  if (row.problem === "a repeated photo" || row.problem === "no observation") return { skipped: row.problem };
  const [license, version] = licenseOf(textAt(row, "license") ?? "") ?? [];
  if (license === undefined) return { skipped: "no open licence" };
  const [id, extension] = [textAt(row, "photo_id"), textAt(row, "extension")];
  if (id === undefined || extension === undefined) return { skipped: "no media file" };
  const observer = textAt(row, "observer_id");
  return [
    {
      media_type: "image",
      ingestion_type: "sql_bulk_load",
      foreign_identifier: id,
      foreign_landing_url: `https://www.inaturalist.org/photos/${id}`,
      url: `https://inaturalist-open-data.s3.amazonaws.com/photos/${id}/original.${extension}`,
      filetype: extension,
      width: givenAt(row, "width"),
      height: givenAt(row, "height"),
      license,
      license_version: version,
      creator: givenAt(row, "observer"),
      creator_url: observer === undefined ? null : `https://www.inaturalist.org/users/${observer}`,
      title: givenAt(row, "taxon_title"),
      tags: listAt(row, "taxon_tags"),
    },
  ];
}
