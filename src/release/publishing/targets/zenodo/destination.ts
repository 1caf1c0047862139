import { Failure } from "../../../../base/failure.js";
import { conditionsOf } from "../../../../record/index.js";
import { anything, isObject, like, listOf } from "../../checks/shapes.js";
import type { LicenseCount } from "../../pages/contents.js";
import { escapeText } from "../../pages/markdown.js";
import { asItStands, filesOf, manifestOf, type Release } from "../../release.js";
import { bytesOf, RELEASE_MANIFEST, type ReleaseManifest } from "../../release-manifest.js";
import { foundManifest } from "../answers.js";
import type { Delivery, Destination } from "../destination.js";
import {
  type Deposition,
  isDeposition,
  isNewest,
  type Newest,
  ZenodoApi,
  type ZenodoOptions,
} from "./api.js";
import { depositionPath, filesIn, manifestPlace, md5Of, sendFiles } from "./files.js";

/** What a record of Zenodo takes. */
const MOST_FILES = 100;
const MOST_BYTES = 50e9;

/** How many depositions are asked for and looked at. */
const MOST_DEPOSITIONS = 100;

const isDoi = like(/^10\.\d{4,9}\/[\x21-\x7e]+$/);

/**
 * A record of Zenodo, by its deposit API: a draft with a reserved DOI, published only when that is asked for. A draft of
 * the same title and version, which a run that died has left, is gone on with; files that are there already, by their
 * MD5, are not sent again. What such a run has published, is not published a second time under another DOI.
 */
export class ZenodoDestination implements Destination {
  readonly name: string;
  readonly #options: ZenodoOptions;
  readonly #api: ZenodoApi;

  constructor(options: ZenodoOptions) {
    this.#options = options;
    this.name = `${options.scheme}:${options.record ?? ""}`;
    this.#api = new ZenodoApi(options);
  }

  async latest(): Promise<string | undefined> {
    const { record } = this.#options;
    if (record === undefined) return undefined;
    const { id: newest } = await this.#newest(record);
    const what = `reading record ${newest}`;
    const answer = await this.#api.send("GET", manifestPlace({ id: newest, submitted: true }));
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw await this.#api.refused(answer, what);
    return foundManifest(await answer.text(), `${this.#api.label}: ${RELEASE_MANIFEST} of record ${newest}`);
  }

  /** The newest version of a record: the same command line, night for night, names the first one. */
  async #newest(record: string): Promise<Newest> {
    const newest = await this.#api.find(
      `reading record ${record}`,
      isNewest,
      `/api/records/${record}/versions/latest`,
    );
    // That a record does not exist is reported by the next request.
    return newest ?? { id: record };
  }

  /** A published record does not change: what its manifest lists is there. */
  async holds(): Promise<boolean> {
    return true;
  }

  async put(given: Release, latest: ReleaseManifest | undefined): Promise<Delivery> {
    checkLimits(given);
    const { done, draft, release } = await this.#find(given);
    if (done) return { ...this.#placeOf(done), sent: [], unchanged: true };
    const metadata = JSON.stringify({ metadata: metadataOf(release) });
    await this.#api.demand("describing it", "PUT", depositionPath(draft), metadata);
    const sent = await sendFiles(release, draft, latest, this.#api);
    if (this.#options.publishDoi) await this.#publish(draft);
    const unchanged = sent.length === 0 && !this.#options.publishDoi;
    return { ...this.#placeOf(draft), sent, unchanged };
  }

  async #publish(draft: Deposition): Promise<void> {
    const answer = await this.#api.send("POST", `${depositionPath(draft)}/actions/publish`, "{}");
    // Whatever it answers: it may be published, by an attempt whose answer was lost, and it may not be.
    const { submitted } = await this.#depositionOf(draft);
    if (submitted === true) return;
    if (!answer.ok) throw await this.#api.refused(answer, "publishing it");
    const problem = `Zenodo took the draft ${draft.id}, but it is not published`;
    throw new Failure("temporary", `${this.#api.label}: ${problem}; look at it, then publish again`);
  }

  /**
   * Where an earlier run of this publish has published it; else the draft to fill: the one that such a run has left, a
   * new version of the record, or a new one. Gives the release as it stands there.
   */
  async #find(release: Release): Promise<{ done?: Deposition; draft: Deposition; release: Release }> {
    const list = `/api/deposit/depositions?size=${MOST_DEPOSITIONS}`;
    const all = await this.#api.read("listing depositions", listOf(anything), "GET", list);
    const { record } = this.#options;
    // Another record may have a version of the same title and day.
    const concept = record === undefined ? undefined : (await this.#newest(record)).conceptrecid;
    const isOurs = ({ metadata, conceptrecid = concept }: Deposition) =>
      metadata.title === release.about.title &&
      metadata.version === release.version.version &&
      (concept === undefined || String(conceptrecid) === String(concept));
    const depositions = all.filter(isDeposition).slice(0, MOST_DEPOSITIONS);
    const ours = depositions.filter(isOurs);
    for (const done of ours) {
      const standing = done.submitted ? await this.#asDeposited(done, release) : undefined;
      if (standing) return { done, draft: done, release: standing };
    }
    // Without a record, a draft that is the next version of a record is not ours.
    const published = new Set(depositions.filter(({ submitted }) => submitted).map(conceptOf));
    const isNext = (one: Deposition) =>
      record === undefined && one.conceptrecid !== undefined && published.has(conceptOf(one));
    const left = ours.find((one) => !one.submitted && !isNext(one));
    if (!left) return { draft: await this.#newDraft(), release };
    return {
      draft: await this.#depositionOf(left),
      release: (await this.#asDeposited(left, release)) ?? release,
    };
  }

  #depositionOf(deposition: Pick<Deposition, "id">): Promise<Deposition> {
    return this.#api.read("reading the draft", isDeposition, "GET", depositionPath(deposition));
  }

  async #newDraft(): Promise<Deposition> {
    const { record } = this.#options;
    const ask = (what: string, method: string, path: string, body?: object) =>
      this.#api.read(what, isDeposition, method, path, body);
    if (record === undefined) return ask("making a draft", "POST", "/api/deposit/depositions", {});
    const what = "making a new version";
    const path = `${depositionPath(await this.#newest(record))}/actions/newversion`;
    const { links } = await ask(what, "POST", path, {});
    return ask("reading the draft", "GET", this.#api.pathOf(links.latest_draft, what));
  }

  /**
   * manifest.json lists every other file with its checksum: the same one, but for the times of syncs, is the same release.
   * Undefined where a deposition has another one, or none.
   */
  async #asDeposited(deposition: Deposition, release: Release): Promise<Release | undefined> {
    const files = await filesIn(this.#api, deposition);
    const there = files.find(({ filename }) => filename === RELEASE_MANIFEST);
    if (!there) return undefined;
    if (there.checksum === md5Of(manifestOf(release))) return release;
    const answer = await this.#api.send("GET", manifestPlace(deposition));
    if (answer.ok) return asItStands(release, await answer.text());
    // Into a draft it is simply sent again; a second DOI would be for good.
    if (deposition.submitted) throw await this.#api.refused(answer, `reading record ${deposition.id}`);
    return undefined;
  }

  /** Where people find a deposition, and how they cite it. */
  #placeOf(deposition: Deposition): Pick<Delivery, "url" | "doi"> {
    const { prereserve_doi } = deposition.metadata;
    const doi = isObject(prereserve_doi) ? prereserve_doi.doi : undefined;
    const url = this.#api.pageOf(deposition);
    return { url, doi: isDoi(doi) ? doi : undefined };
  }
}

function conceptOf({ conceptrecid }: Deposition): string {
  return String(conceptrecid);
}

function checkLimits(release: Release): void {
  const files = filesOf(release);
  if (release.about.creators.length === 0) {
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

/**
 * The licence that a record of Zenodo names, by the ids of Zenodo's own list: it takes one for the whole. Records that all
 * have one licence give that one; else the group says what the strictest of them allows.
 */
function zenodoLicense(licenses: readonly Pick<LicenseCount, "license" | "version">[]): string {
  const ids = new Set(licenses.map(({ license, version }) => idOf(license, version)));
  const [only] = ids.size === 1 ? ids : [];
  if (only !== undefined) return only;
  const conditions = new Set(licenses.flatMap(({ license }) => conditionsOf(license)));
  return GROUPS.find(([condition]) => conditions.has(condition))?.[1] ?? "other-pd";
}

/** The first condition that one of the licences has decides. */
const GROUPS = [
  // "Other (Not Open)": a work that must not be changed and shared is not open.
  ["nd", "other-closed"],
  ["nc", "other-nc"],
  ["sa", "other-open"],
  ["by", "other-at"],
] as const;

/** As the SPDX list has it, in small letters; it knows neither the Public Domain Mark nor the ports of version 2.1. */
function idOf(license: string, version: string): string | undefined {
  if (license === "cc0") return "cc-zero";
  return license.startsWith("by") && version !== "2.1" ? `cc-${license}-${version}` : undefined;
}
