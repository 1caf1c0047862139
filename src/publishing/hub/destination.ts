import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { CommitOperation } from "@huggingface/hub";
import * as hub from "@huggingface/hub";
import { Failure } from "../../failure.js";
import { type PatienceOptions, patientFetch } from "../../http/index.js";
import { CARD } from "../card-notes.js";
import { type Delivery, type Destination, NameTaken } from "../destination.js";
import { filesOf, type Release } from "../release.js";
import {
  bytesOf,
  notIn,
  RELEASE_MANIFEST,
  type ReleaseFile,
  type ReleaseManifest,
} from "../release-manifest.js";
import { checkPlaced, locateFile, type Watch } from "../shard-files.js";

/** Which dataset of the Hub, and who we are. */
export interface HubOptions extends Watch {
  /** `org/name`. */
  readonly repo: string;
  readonly token: string;
  readonly hubUrl: string;
  readonly patience: PatienceOptions;
}

/** The Hub takes commits of at most so many files; larger ones time out. */
const MOST_FILES = 100;
/** Links to upload to expire: a commit that failed at one is begun again, and goes on from what has arrived. */
const COMMIT_ATTEMPTS = 3;

/** One commit. */
interface CommitPart {
  readonly title: string;
  readonly operations: CommitOperation[];
  /** Instead of the `main` that we have seen. */
  readonly branch?: string;
  readonly parentCommit?: string;
  readonly isPullRequest?: boolean;
}

/**
 * A dataset of the Hugging Face Hub. A release is one commit on `main`, README.md last in it; one of more than a hundred
 * files is a pull request of several commits, merged in one step. Each release has its name as a tag. Files that the
 * last release has, too, are not sent. Another commit in between is an error: `parentCommit` sees to that.
 */
export class HubDestination implements Destination {
  readonly name: string;
  readonly url: string;
  readonly #options: HubOptions;
  readonly #repo: { type: "dataset"; name: string };
  readonly #fetch: typeof fetch;
  /** The commit that `main` was at when we looked; undefined where there is no such dataset yet. */
  #head: string | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#repo = { type: "dataset", name: options.repo };
    this.#fetch = patientFetch(options.patience);
    this.name = `hf:${options.repo}`;
    this.url = `${options.hubUrl}/datasets/${options.repo}`;
  }

  async latest(): Promise<string | undefined> {
    this.#head = await this.#readHead();
    return this.#readFile(RELEASE_MANIFEST);
  }

  readonly readCard = (): Promise<string | undefined> => this.#readFile(CARD);

  async #readFile(path: string): Promise<string | undefined> {
    if (this.#head === undefined) return undefined;
    const answer = await this.#ask("GET", `/datasets/${this.#options.repo}/resolve/${this.#head}/${path}`);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw this.#refused(answer.status, `reading ${path}`);
    return answer.text();
  }

  async holds(release: Release): Promise<boolean> {
    return (await this.#firstDifference(release, this.#head)) === undefined;
  }

  async finish({ version: { version } }: Release): Promise<void> {
    if (this.#head === undefined || (await this.#readRevision(version)) !== undefined) return;
    await this.#tag(version, this.#head);
  }

  async put(release: Release, latest: ReleaseManifest | undefined): Promise<Delivery> {
    await this.#checkName(release);
    await this.#createRepo();
    const operations = await this.#changes(release, latest);
    const commit = await this.#commitAll(release, operations);
    const different = await this.#firstDifference(release, commit);
    if (different !== undefined) {
      throw new Failure("refused", `${this.name}: ${different} is not what was sent; publish again`);
    }
    await this.#tag(release.version.version, commit);
    const sent = notIn(latest, filesOf(release));
    return {
      sent: sent.length,
      sentBytes: bytesOf(sent),
      skipped: filesOf(release).length - sent.length,
      url: `${this.url}/tree/${release.version.version}`,
    };
  }

  get #access() {
    const { token, hubUrl } = this.#options;
    return { repo: this.#repo, accessToken: token, hubUrl, fetch: this.#fetch };
  }

  #ask(method: "GET" | "POST", path: string, body?: object): Promise<Response> {
    const { hubUrl, token } = this.#options;
    return this.#fetch(`${hubUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  #readHead(): Promise<string | undefined> {
    return this.#readRevision("main");
  }

  /** The commit of a branch or tag; undefined where there is none of this name. */
  async #readRevision(name: string): Promise<string | undefined> {
    const answer = await this.#ask("GET", `/api/datasets/${this.#options.repo}/revision/${name}`);
    // The Hub tells strangers of a repository that it is not there, whether it is private or not.
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw this.#refused(answer.status, "reading the dataset");
    return ((await answer.json()) as { sha: string }).sha;
  }

  /** A tag stays where it is: the name of a release can be given once. */
  async #checkName(release: Release): Promise<void> {
    const { version } = release.version;
    const commit = this.#head === undefined ? undefined : await this.#readRevision(version);
    if (commit === undefined || (await this.#firstDifference(release, commit)) === undefined) return;
    throw new NameTaken(this.name, version);
  }

  async #createRepo(): Promise<void> {
    if (this.#head !== undefined) return;
    try {
      await hub.createRepo(this.#access);
    } catch (error) {
      // There already: it has no commit yet, or an attempt whose answer was lost made it.
      if (!(error instanceof hub.HubApiError) || error.statusCode !== 409)
        throw this.#explain(error, "creating it");
    }
    this.#head = await this.#readHead();
  }

  /** What is new or other than in the last release, shards first and README.md last; what is gone is deleted. */
  async #changes(release: Release, latest: ReleaseManifest | undefined): Promise<CommitOperation[]> {
    const before = new Map(latest?.files.map(({ path, sha256 }) => [path, sha256]));
    const isNew = ({ path, sha256 }: ReleaseFile) => before.get(path) !== sha256;
    const operations: CommitOperation[] = [];
    const stored = release.stored.filter(({ file }) => isNew(file));
    for (const { source, file } of stored) {
      const path = await locateFile(source);
      await checkPlaced(path, source, this.#options);
      operations.push({ operation: "addOrUpdate", path: file.path, content: pathToFileURL(path) });
    }
    const paths = new Set(filesOf(release).map(({ path }) => path));
    for (const path of before.keys()) if (!paths.has(path)) operations.push({ operation: "delete", path });
    const isCard = ({ path }: ReleaseFile) => path === CARD;
    const texts = release.texts.filter(({ file }) => isNew(file));
    texts.sort((a, b) => Number(isCard(a.file)) - Number(isCard(b.file)));
    for (const { text, file } of texts) {
      operations.push({ operation: "addOrUpdate", path: file.path, content: new Blob([text]) });
    }
    return operations;
  }

  /** Commits everything; what readers see changes in one step. Gives the commit that `main` is then at. */
  async #commitAll(release: Release, operations: readonly CommitOperation[]): Promise<string> {
    const title = `Release ${release.version.version}`;
    try {
      if (operations.length <= MOST_FILES)
        return (await this.#commit({ title, operations: [...operations] })).oid;
      return await this.#merge(release, title, operations);
    } catch (error) {
      const isConflict = error instanceof hub.HubApiError && [409, 412].includes(error.statusCode);
      if (!isConflict) throw this.#explain(error, "publishing");
      // An attempt whose answer was lost may have done it.
      const head = await this.#readHead();
      if (head !== undefined && (await this.#firstDifference(release, head)) === undefined) return head;
      throw this.#overtaken();
    }
  }

  #overtaken(): Failure {
    const problem = "somebody else has committed to the dataset meanwhile";
    return new Failure("temporary", `${this.name}: ${problem}; look at it, then publish again`);
  }

  /** More files than one commit takes: a pull request, which nobody sees until it is merged. */
  async #merge(release: Release, title: string, operations: readonly CommitOperation[]): Promise<string> {
    let branch: string | undefined;
    let parent: string | undefined;
    for (let from = 0; from < operations.length; from += MOST_FILES) {
      const some = operations.slice(from, from + MOST_FILES);
      const part =
        branch === undefined ? { isPullRequest: true } : { branch, parentCommit: parent as string };
      const { oid, pullRequestUrl } = await this.#commit({ title, operations: some, ...part });
      parent = oid;
      branch ??= `refs/pr/${/\/discussions\/(\d+)/.exec(pullRequestUrl ?? "")?.[1]}`;
    }
    if ((await this.#readHead()) !== this.#head) throw this.#overtaken();
    const number = branch?.slice("refs/pr/".length);
    const answer = await this.#ask(
      "POST",
      `/api/datasets/${this.#options.repo}/discussions/${number}/merge`,
      {},
    );
    const head = (await this.#readHead()) as string;
    // An attempt whose answer was lost may have merged it.
    const isMerged = answer.ok || (await this.#firstDifference(release, head)) === undefined;
    if (!isMerged) throw this.#refused(answer.status, `merging pull request ${number}`);
    return head;
  }

  async #commit(params: CommitPart) {
    const { signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        const output = await hub.commit({
          ...this.#access,
          ...(this.#head === undefined ? {} : { parentCommit: this.#head }),
          ...(signal === undefined ? {} : { abortSignal: signal }),
          useXet: !process.env.HF_HUB_DISABLE_XET,
          ...params,
        });
        if (!output) throw new Failure("refused", `${this.name}: the Hub says nothing of the commit`);
        return { oid: output.commit.oid, pullRequestUrl: output.pullRequestUrl };
      } catch (error) {
        signal?.throwIfAborted();
        if (!this.#isExpiredLink(error) || attempt >= COMMIT_ATTEMPTS) throw error;
      }
    }
  }

  /** Storage refuses a link that has expired with 400 or 403; the Hub itself would do so for other reasons. */
  #isExpiredLink(error: unknown): boolean {
    if (!(error instanceof hub.HubApiError) || ![400, 403].includes(error.statusCode)) return false;
    const { pathname } = new URL(error.url);
    return !pathname.startsWith("/api/") && !pathname.endsWith("/info/lfs/objects/batch");
  }

  /** A path of the release that is not there at a commit with its very bytes; undefined where all are. */
  async #firstDifference(release: Release, commit: string | undefined): Promise<string | undefined> {
    if (commit === undefined) return release.texts[0]?.file.path;
    const there = new Map<string, hub.ListFileEntry>();
    try {
      for await (const entry of hub.listFiles({ ...this.#access, revision: commit, recursive: true })) {
        there.set(entry.path, entry);
      }
    } catch (error) {
      throw this.#explain(error, "listing the files");
    }
    const texts = new Map(release.texts.map(({ file, text }) => [file.path, text]));
    return filesOf(release).find((file) => !isSame(file, there.get(file.path), texts.get(file.path)))?.path;
  }

  async #tag(tag: string, commit: string): Promise<void> {
    const answer = await this.#ask("POST", `/api/datasets/${this.#options.repo}/tag/${commit}`, { tag });
    // There already: an attempt whose answer was lost, or a release that is put there again.
    if (!answer.ok && answer.status !== 409) throw this.#refused(answer.status, `tagging ${tag}`);
  }

  #refused(status: number, what: string, message?: string): Failure {
    const problem = `${this.name}: ${what}: the Hub answered with status ${status}`;
    if (status === 401 || status === 403) {
      return new Failure(
        "no_permission",
        `${problem}; check that HF_TOKEN may write to ${this.#options.repo}`,
      );
    }
    return new Failure("refused", message === undefined ? problem : `${problem}: ${message}`);
  }

  /** The library's messages hold addresses with signatures in them: only what the Hub itself says is passed on. */
  #explain(error: unknown, what: string): unknown {
    if (!(error instanceof hub.HubApiError)) return error;
    const said = error.data?.error ?? error.data?.message;
    return this.#refused(error.statusCode, what, typeof said === "string" ? said.slice(0, 300) : undefined);
  }
}

/** By the SHA-256 of a large file, and by git's own hash of any other. */
function isSame(file: ReleaseFile, entry: hub.ListFileEntry | undefined, text: string | undefined): boolean {
  if (!entry) return false;
  if (entry.lfs) return entry.lfs.oid === file.sha256 && entry.lfs.size === file.bytes;
  if (text === undefined) return entry.size === file.bytes;
  const bytes = Buffer.from(text);
  const oid = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
  return entry.oid === oid;
}
