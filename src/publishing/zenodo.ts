import { createHash } from "node:crypto";
import { createReadStream, openAsBlob } from "node:fs";
import { Failure } from "../failure.js";
import { type PatienceOptions, patientFetch } from "../http/index.js";
import type { Delivery, Destination } from "./destination.js";
import { escapeText } from "./markdown.js";
import { asItStands, filesOf, manifestOf, type Release } from "./release.js";
import { bytesOf, RELEASE_MANIFEST, type ReleaseFile } from "./release-manifest.js";
import { checkPlaced, locateFile, type Watch } from "./shard-files.js";
import { zenodoLicense } from "./zenodo-license.js";
import { inWords, isObject } from "./zenodo-refusal.js";

/** Which Zenodo, and who we are. */
export interface ZenodoOptions extends Watch {
  readonly scheme: "zenodo" | "zenodo-sandbox";
  /** The record whose new version this is; undefined for a new record. */
  readonly record: string | undefined;
  readonly url: string;
  readonly token: string;
  /** Publishes the deposition, which registers its DOI for good; otherwise it stays a draft. */
  readonly publishDoi: boolean;
  readonly patience: PatienceOptions;
}

/** What a record of Zenodo takes. */
const MOST_FILES = 100;
const MOST_BYTES = 50e9;

/** A deposition, as the API has it. */
interface Deposition {
  readonly id: number;
  /** What all versions of a record have in common. */
  readonly conceptrecid?: string;
  /** Whether it is published. */
  readonly submitted?: boolean;
  readonly links: { readonly bucket?: string; readonly html: string; readonly latest_draft?: string };
  readonly metadata: {
    readonly title?: string;
    readonly version?: string;
    readonly prereserve_doi?: { readonly doi: string };
  };
}

/** What is asked of the newest version of a record. */
interface Newest {
  readonly id: number | string;
  readonly conceptrecid?: string;
}

/** A file of a deposition. */
interface Deposited {
  readonly id: string;
  readonly filename: string;
  readonly filesize: number;
  /** MD5. */
  readonly checksum: string;
}

/**
 * A record of Zenodo, by its deposit API: a draft with a reserved DOI, published only when that is asked for. A draft of
 * the same title and version, which a run that died has left, is gone on with; files that are there already, by their
 * MD5, are not sent again. What such a run has published, is not published a second time under another DOI.
 */
export class ZenodoDestination implements Destination {
  readonly name: string;
  readonly #options: ZenodoOptions;
  readonly #fetch: typeof fetch;
  /** The name in messages: a colon follows it there. */
  readonly #label: string;

  constructor(options: ZenodoOptions) {
    this.#options = options;
    const hosts = options.patience.hosts.with([options.url]);
    this.#fetch = patientFetch({ ...options.patience, hosts });
    this.name = `${options.scheme}:${options.record ?? ""}`;
    this.#label = this.name.replace(/:$/, "");
  }

  async latest(): Promise<string | undefined> {
    const { record } = this.#options;
    if (record === undefined) return undefined;
    const { id: newest } = await this.#newest(record);
    const request = this.#request("GET", `/api/records/${newest}/files/${RELEASE_MANIFEST}/content`);
    const answer = await this.#send(request);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw await this.#refused(answer, `reading record ${newest}`);
    return answer.text();
  }

  /** The newest version of a record: the same command line, night for night, names the first one. */
  async #newest(record: string): Promise<Newest> {
    const answer = await this.#send(this.#request("GET", `/api/records/${record}/versions/latest`));
    // What there is to say of a record that is not there, the question after this one will bring.
    if (answer.status === 404) return { id: record };
    return (await this.#read(answer, isNumbered, `reading record ${record}`)) as Newest;
  }

  /** A published record does not change: what its manifest lists is there. */
  async holds(): Promise<boolean> {
    return true;
  }

  async put(given: Release): Promise<Delivery> {
    const files = filesOf(given);
    checkLimits(given, files);
    const { done, draft, release } = await this.#find(given);
    if (done) return { ...placeOf(done), sent: 0, sentBytes: 0, skipped: files.length, unchanged: true };
    await this.#demand(
      "PUT",
      `/api/deposit/depositions/${draft.id}`,
      { metadata: metadataOf(release) },
      "describing it",
    );
    const sent = await this.#sendFiles(release, draft);
    if (this.#options.publishDoi) await this.#publish(draft);
    return {
      ...placeOf(draft),
      sent: sent.length,
      sentBytes: bytesOf(sent),
      skipped: files.length - sent.length,
      unchanged: sent.length === 0 && !this.#options.publishDoi,
    };
  }

  async #publish({ id }: Deposition): Promise<void> {
    const path = `/api/deposit/depositions/${id}/actions/publish`;
    const answer = await this.#send(this.#request("POST", path, {}));
    if (answer.ok) return;
    // An attempt whose answer was lost may have done it.
    const { submitted } = await this.#depositionOf(id);
    if (!submitted) throw await this.#refused(answer, "publishing it");
  }

  #request(method: string, path: string, body?: object) {
    const url = /^https?:/.test(path) ? path : `${this.#options.url}${path}`;
    return { method, url, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  }

  #send({
    method,
    url,
    body,
  }: {
    method: string;
    url: string;
    body?: string | Blob | FormData;
  }): Promise<Response> {
    const { token, url: base, signal } = this.#options;
    if (new URL(url).origin !== new URL(base).origin) {
      throw new Failure(
        "refused",
        `${this.#label}: Zenodo sends us to another host; the token does not go there`,
      );
    }
    const type = typeof body === "string" ? "application/json" : "application/octet-stream";
    // A form says itself where its parts begin.
    const hasType = body !== undefined && !(body instanceof FormData);
    return this.#fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(hasType ? { "content-type": type } : {}) },
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Asks for something whose answer does not matter. */
  async #demand(method: string, path: string, body: object | undefined, what: string): Promise<void> {
    const answer = await this.#send(this.#request(method, path, body));
    if (!answer.ok) throw await this.#refused(answer, what);
    await answer.arrayBuffer();
  }

  async #ask(method: string, path: string, body: object | undefined, what: string): Promise<Deposition> {
    const answer = await this.#send(this.#request(method, path, body));
    return (await this.#read(answer, isDeposition, what)) as Deposition;
  }

  async #list(path: string, what: string): Promise<readonly unknown[]> {
    const answer = await this.#send(this.#request("GET", path));
    return (await this.#read(answer, Array.isArray, what)) as unknown[];
  }

  /** The JSON of an answer, if it is of that form. */
  async #read(answer: Response, isRight: (value: unknown) => boolean, what: string): Promise<unknown> {
    if (!answer.ok) throw await this.#refused(answer, what);
    const value: unknown = await answer.json().catch(() => undefined);
    if (isRight(value)) return value;
    const problem =
      "the answer is none of Zenodo's: look whether --endpoint is right, or its API has changed";
    throw new Failure("refused", `${this.#label}: ${what}: ${problem}`);
  }

  async #refused(answer: Response, what: string): Promise<Failure> {
    const problem = `${this.#label}: ${what}: Zenodo answered with status ${answer.status}`;
    if (answer.status === 401 || answer.status === 403) {
      return new Failure(
        "no_permission",
        `${problem}; check the token, which needs deposit:write and deposit:actions`,
      );
    }
    const said: unknown = await answer.json().catch(() => undefined);
    return new Failure("refused", `${problem}${inWords(said)}`);
  }

  /**
   * Where an earlier run of this publish has published it; else the draft to fill: the one that such a run has left, a
   * new version of the record, or a new one. Gives the release as it stands there.
   */
  async #find(release: Release): Promise<{ done?: Deposition; draft: Deposition; release: Release }> {
    const all = await this.#list("/api/deposit/depositions?size=100", "listing depositions");
    const { record } = this.#options;
    // Another record may have a version of the same title and day.
    const concept = record === undefined ? undefined : (await this.#newest(record)).conceptrecid;
    const isOurs = ({ metadata: { title, version }, conceptrecid = concept }: Deposition) =>
      title === release.about.title &&
      version === release.version.version &&
      (concept === undefined || String(conceptrecid) === String(concept));
    const depositions = all.filter(isDeposition);
    const ours = depositions.filter(isOurs);
    for (const done of ours) {
      const standing = done.submitted ? await this.#asDeposited(done, release) : undefined;
      if (standing) return { done, draft: done, release: standing };
    }
    // Without a record, a draft that is the next version of one is none of ours.
    const published = new Set(depositions.flatMap((one) => (one.submitted ? (one.conceptrecid ?? []) : [])));
    const isNext = ({ conceptrecid = "" }: Deposition) => record === undefined && published.has(conceptrecid);
    const left = ours.find((one) => !one.submitted && !isNext(one));
    if (!left) return { draft: await this.#newDraft(), release };
    return {
      draft: await this.#depositionOf(left.id),
      release: (await this.#asDeposited(left, release)) ?? release,
    };
  }

  #depositionOf(id: number): Promise<Deposition> {
    return this.#ask("GET", `/api/deposit/depositions/${id}`, undefined, "reading the draft");
  }

  async #newDraft(): Promise<Deposition> {
    const { record } = this.#options;
    if (record === undefined) return this.#ask("POST", "/api/deposit/depositions", {}, "making a draft");
    const { id } = await this.#newest(record);
    const path = `/api/deposit/depositions/${id}/actions/newversion`;
    const { links } = await this.#ask("POST", path, {}, "making a new version");
    return this.#ask("GET", links.latest_draft ?? "", undefined, "reading the draft");
  }

  /**
   * Where the files of a draft go. Drafts that were begun on the web site have come without this link until a file came by
   * the older API (zenodo/zenodo#2286), so one of the pages goes that way.
   */
  async #bucketOf(draft: Deposition, { texts }: Release): Promise<string> {
    const known = bucketIn(draft) ?? bucketIn(await this.#depositionOf(draft.id));
    if (known !== undefined) return known;
    const [first] = texts;
    if (first) {
      const form = new FormData();
      form.set("name", flat(first.file));
      form.set("file", new Blob([first.text]), flat(first.file));
      const url = `${this.#options.url}/api/deposit/depositions/${draft.id}/files`;
      const answer = await this.#send({ method: "POST", url, body: form });
      if (!answer.ok) throw await this.#refused(answer, `sending ${first.file.path}`);
      await answer.arrayBuffer();
      const bucket = bucketIn(await this.#depositionOf(draft.id));
      if (bucket !== undefined) return bucket;
    }
    throw new Failure(
      "refused",
      `${this.#label}: the draft ${draft.id} says nowhere where its files go (no link "bucket"); look at it at ` +
        `${draft.links.html}, discard it there, then publish again`,
    );
  }

  async #files({ id }: Deposition): Promise<Deposited[]> {
    return (await this.#list(`/api/deposit/depositions/${id}/files`, "listing the files")).filter(
      isDeposited,
    );
  }

  /**
   * manifest.json lists every other file with its checksum: the same one, but for the times of syncs, is the same release.
   * Undefined where a deposition has another one, or none.
   */
  async #asDeposited(deposition: Deposition, release: Release): Promise<Release | undefined> {
    const files = await this.#files(deposition);
    const there = files.find(({ filename }) => filename === RELEASE_MANIFEST);
    if (!there) return undefined;
    if (there.checksum === md5Of(manifestOf(release))) return release;
    const { id, submitted } = deposition;
    const place = `/api/records/${id}/${submitted ? "" : "draft/"}files/${RELEASE_MANIFEST}/content`;
    const answer = await this.#send(this.#request("GET", place));
    if (answer.ok) return asItStands(release, await answer.text());
    // Into a draft it is simply sent again; a second DOI would be for good.
    if (submitted) throw await this.#refused(answer, `reading record ${id}`);
    return undefined;
  }

  /** Sends what is not there, and takes away what does not belong there. */
  async #sendFiles(release: Release, draft: Deposition): Promise<ReleaseFile[]> {
    const path = `/api/deposit/depositions/${draft.id}/files`;
    const wanted = new Map<string, { file: ReleaseFile; md5: string; body: () => Promise<Blob> }>();
    for (const { file, text } of release.texts) {
      wanted.set(flat(file), { file, md5: md5Of(text), body: async () => new Blob([text]) });
    }
    for (const { source, file } of release.stored) {
      const place = await locateFile(source);
      await checkPlaced(place, source, this.#options);
      wanted.set(flat(file), { file, md5: await md5OfFile(place), body: () => openAsBlob(place) });
    }
    const there = new Set<string>();
    for (const { id, filename, checksum } of await this.#files(draft)) {
      if (wanted.get(filename)?.md5 === checksum) there.add(filename);
      else await this.#demand("DELETE", `${path}/${id}`, undefined, `deleting ${filename}`);
    }
    const sent = [...wanted].filter(([name]) => !there.has(name));
    const bucket = sent.length > 0 ? await this.#bucketOf(draft, release) : "";
    for (const [name, { body }] of sent) {
      const url = `${bucket}/${encodeURIComponent(name)}`;
      const answer = await this.#send({ method: "PUT", url, body: await body() });
      if (!answer.ok) throw await this.#refused(answer, `sending ${name}`);
      await answer.arrayBuffer();
    }
    const now = new Map((await this.#files(draft)).map(({ filename, checksum }) => [filename, checksum]));
    const wrong = [...wanted].find(([name, { md5 }]) => now.get(name) !== md5)?.[0];
    if (wrong !== undefined) {
      throw new Failure("temporary", `${this.#label}: ${wrong} did not arrive whole; publish again`);
    }
    return sent.map(([, { file }]) => file);
  }
}

function isNumbered(value: unknown): boolean {
  return isObject(value) && /^\d+$/.test(String(value.id));
}

function isDeposition(value: unknown): value is Deposition {
  return isNumbered(value) && isObject(value) && isObject(value.links) && isObject(value.metadata);
}

function isDeposited(value: unknown): value is Deposited {
  return isObject(value) && typeof value.id === "string" && typeof value.filename === "string";
}

/** Where the files of a draft go, if it says so. */
function bucketIn({ links: { bucket } }: Deposition): string | undefined {
  return typeof bucket === "string" && URL.canParse(bucket) ? bucket : undefined;
}

/** Where people find a deposition. */
function placeOf({ links, metadata }: Deposition): { url: string; doi?: string } {
  const doi = metadata.prereserve_doi?.doi;
  return { url: links.html, ...(doi === undefined ? {} : { doi }) };
}

function checkLimits({ about }: Release, files: readonly ReleaseFile[]): void {
  if (about.creators.length === 0) {
    throw new Failure("usage", "Zenodo names the creators of a dataset: say who they are with --creator");
  }
  if (files.length > MOST_FILES || bytesOf(files) > MOST_BYTES) {
    const problem = `Zenodo takes ${MOST_FILES} files and 50 GB a record, these are ${files.length} files of ${bytesOf(files)} bytes`;
    throw new Failure("refused", `${problem}; make larger shards, or leave some out`);
  }
}

/** What DataCite is told. The page of licences says more than one licence could. */
function metadataOf({ about, version }: Release) {
  return {
    upload_type: "dataset",
    title: about.title,
    version: version.version,
    publication_date: version.date,
    // HTML; the text is escaped the same way.
    description: `<p>${escapeText(about.summary)}</p>`,
    creators: about.creators.map((name) => ({ name })),
    access_right: "open",
    license: zenodoLicense(about.licenses),
    keywords: ["creative-commons", "metadata"],
    prereserve_doi: true,
  };
}

/** Zenodo knows no folders. */
function flat({ path }: ReleaseFile): string {
  return path.replaceAll("/", "_");
}

function md5Of(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

async function md5OfFile(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return hash.digest("hex");
}
