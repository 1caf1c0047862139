import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { Failure } from "../../../../base/failure.js";
import { parseReleaseManifest } from "../../checks/found-release.js";
import { listOf } from "../../checks/shapes.js";
import { checkPlaced, hashFile, locateFile, type Watch } from "../../checks/shard-files.js";
import type { Release } from "../../release.js";
import { RELEASE_MANIFEST, type ReleaseFile, type ReleaseManifest } from "../../release-manifest.js";
import { isReleasePath, notOurs } from "../../release-paths.js";
import { type Deposited, type Deposition, isDeposited, isDeposition, type ZenodoApi } from "./api.js";

/** The files of a draft at Zenodo, which knows no folders. */

/** A file that the draft is to have. */
interface Wanted {
  readonly file: ReleaseFile;
  readonly md5: string;
  readonly body: () => Promise<Blob>;
}

export function depositionPath({ id }: Pick<Deposition, "id">): string {
  return `/api/deposit/depositions/${id}`;
}

/** The files of a deposition. */
export function filesIn(api: ZenodoApi, deposition: Deposition): Promise<readonly Deposited[]> {
  return api.read("listing the files", listOf(isDeposited), "GET", `${depositionPath(deposition)}/files`);
}

/** The manifest.json of a deposition as a request; what is not published stands at another place. */
export function manifestPlace({ id, submitted }: Pick<Deposition, "id" | "submitted">): string {
  return `/api/records/${id}/${submitted ? "" : "draft/"}files/${RELEASE_MANIFEST}/content`;
}

/** Sends what is not there, and takes away what earlier releases of ours have left. */
export async function sendFiles(
  release: Release,
  draft: Deposition,
  latest: ReleaseManifest | undefined,
  api: ZenodoApi,
): Promise<ReleaseFile[]> {
  const wanted = await wantedFiles(release, api.options);
  const there = await filesIn(api, draft);
  const isSame = ({ filename, checksum }: Deposited) => wanted.get(filename)?.md5 === checksum;
  await makeRoom(
    draft,
    there.filter((file) => !isSame(file)),
    { wanted, latest },
    api,
  );

  const names = new Set(there.filter(isSame).map(({ filename }) => filename));
  const sent = [...wanted].filter(([name]) => !names.has(name));
  const bucket = sent.length > 0 ? await bucketOf(draft, release, api) : "";
  for (const [name, { body }] of sent) {
    const answer = await api.send("PUT", `${bucket}/${encodeURIComponent(name)}`, await body());
    if (!answer.ok) throw await api.refused(answer, `sending ${name}`);
    await answer.arrayBuffer();
  }
  const now = new Map((await filesIn(api, draft)).map(({ filename, checksum }) => [filename, checksum]));
  const wrong = [...wanted].find(([name, { md5 }]) => now.get(name) !== md5)?.[0];
  if (wrong !== undefined) {
    throw new Failure("temporary", `${api.label}: ${wrong} did not arrive whole; publish again`);
  }
  return sent.map(([, { file }]) => file);
}

async function wantedFiles(release: Release, watch: Watch): Promise<Map<string, Wanted>> {
  const wanted = new Map<string, Wanted>();
  for (const { file, text } of release.texts) {
    wanted.set(flat(file), { file, md5: md5Of(text), body: async () => new Blob([text]) });
  }
  for (const { source, file } of release.stored) {
    const place = await locateFile(source);
    await checkPlaced(place, source, watch);
    wanted.set(flat(file), {
      file,
      md5: await hashFile(place, { signal: watch.signal }, "md5"),
      body: () => openAsBlob(place),
    });
  }
  return wanted;
}

/**
 * Deletes what has another content, or what a release of ours has left: of the latest one, whose files a new version begins
 * with, or of one that died in this draft. Files that nobody of these wrote stay.
 */
async function makeRoom(
  draft: Deposition,
  others: readonly Deposited[],
  { wanted, latest }: { wanted: ReadonlyMap<string, Wanted>; latest: ReleaseManifest | undefined },
  api: ZenodoApi,
): Promise<void> {
  const isWanted = ({ filename }: Deposited) => wanted.has(filename);
  const strange = others.filter((file) => !isWanted(file));
  const written = [...(latest?.files ?? []), ...(strange.length > 0 ? await standingIn(draft, api) : [])];
  const sizes = new Set(
    written.filter(({ path }) => isReleasePath(path)).map((file) => `${flat(file)} ${file.bytes}`),
  );
  const isOurs = (file: Deposited) => isWanted(file) || sizes.has(`${file.filename} ${file.filesize}`);
  const foreign = strange.filter((file) => !isOurs(file)).map(({ filename }) => filename);
  if (foreign.length > 0)
    api.options.onWarning(`${api.label}: ${notOurs(`of the draft ${draft.id}`, foreign)}`);
  // manifest.json, by which the others are known, goes last: a run that dies here is finished by the next one.
  const isManifest = ({ filename }: Deposited) => Number(filename === RELEASE_MANIFEST);
  for (const file of others.filter(isOurs).sort((a, b) => isManifest(a) - isManifest(b))) {
    const path = `${depositionPath(draft)}/files/${file.id}`;
    await api.demand(`deleting ${file.filename}`, "DELETE", path);
  }
}

/** The files that the manifest.json in a draft names. */
async function standingIn(draft: Deposition, api: ZenodoApi): Promise<readonly ReleaseFile[]> {
  const answer = await api.send("GET", manifestPlace(draft));
  const text = await answer.text();
  return (answer.ok ? parseReleaseManifest(text)?.files : undefined) ?? [];
}

/**
 * Where the files of a draft go. Drafts that were begun on the web site have come without this link until a file came by
 * the older API (zenodo/zenodo#2286), so one of the pages goes that way.
 */
async function bucketOf(draft: Deposition, { texts }: Release, api: ZenodoApi): Promise<string> {
  const read = () => api.read("reading the draft", isDeposition, "GET", depositionPath(draft));
  const what = "looking where files go";
  const known = draft.links.bucket ?? (await read()).links.bucket;
  if (known !== undefined) return api.pathOf(known, what);
  const [first] = texts;
  if (first) {
    const form = new FormData();
    form.set("name", flat(first.file));
    form.set("file", new Blob([first.text]), flat(first.file));
    await api.demand(`sending ${first.file.path}`, "POST", `${depositionPath(draft)}/files`, form);
    const { bucket } = (await read()).links;
    if (bucket !== undefined) return api.pathOf(bucket, what);
  }
  throw new Failure(
    "refused",
    `${api.label}: the draft ${draft.id} says nowhere where its files go (no link "bucket"); look at it at ` +
      `${api.pageOf(draft)}, discard it there, then publish again`,
  );
}

/** Zenodo knows no folders. */
function flat({ path }: Pick<ReleaseFile, "path">): string {
  return path.replaceAll("/", "_");
}

export function md5Of(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
