import { pathToFileURL } from "node:url";
import type { CommitOperation } from "@huggingface/hub";
import { HubApiError } from "@huggingface/hub";
import { Failure } from "../../../../base/failure.js";
import { CARD } from "../../checks/card-notes.js";
import { isObject } from "../../checks/shapes.js";
import { checkPlaced, locateFile } from "../../checks/shard-files.js";
import { filesOf, type Release } from "../../release.js";
import { notIn, RELEASE_MANIFEST, type ReleaseFile, type ReleaseManifest } from "../../release-manifest.js";
import { isReleasePath, notOurs } from "../../release-paths.js";
import { foundManifest, oneLine } from "../answers.js";
import { type Delivery, type Destination, NameTaken } from "../destination.js";
import { revision, type TreeEntry } from "./answers.js";
import { HubClient, type HubOptions, HubRefusal } from "./client.js";
import { commit } from "./commit.js";
import { findFiles, isSame } from "./tree.js";

/** The most files of one commit; larger commits time out at the Hub. */
const MOST_FILES = 100;
/**
 * A dataset of the Hugging Face Hub. A release is one commit on `main`, README.md last in it; one of more than a hundred
 * files is a pull request of several commits, merged in one step. Each release has its name as a tag. Files that the
 * last release has, too, are not sent. Another commit in between is an error: `parentCommit` sees to that.
 */
export class HubDestination implements Destination {
  readonly name: string;
  readonly url: string;
  readonly repository: string;
  readonly #options: HubOptions;
  readonly #client: HubClient;
  /** The commit that `main` was at when we looked; undefined where there is no such dataset yet. */
  #head: string | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#client = new HubClient(options);
    this.name = this.#client.name;
    this.url = `${options.hubUrl}/datasets/${options.repo}`;
    this.repository = this.url;
  }

  async latest(): Promise<string | undefined> {
    this.#head = await this.#readHead();
    const text = await this.#readFile(RELEASE_MANIFEST);
    return text === undefined ? undefined : foundManifest(text, `${this.name}: ${RELEASE_MANIFEST}`);
  }

  readonly readCard = (): Promise<string | undefined> => this.#readFile(CARD);

  async #readFile(path: string): Promise<string | undefined> {
    const head = this.#head;
    if (head === undefined) return undefined;
    const place = `/datasets/${this.#options.repo}/resolve/${head}/${encodePath(path)}`;
    return this.#unless(404, `reading ${path}`, async () => (await this.#client.ask("GET", place)).text);
  }

  /** Does something; undefined where the Hub refuses it with this status. */
  async #unless<T>(status: number, what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof HubRefusal && error.status === status) return undefined;
      throw this.#explain(error, what);
    }
  }

  async holds(release: Release): Promise<boolean> {
    return this.#isWhole(release, this.#head);
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
    return { sent: notIn(latest, filesOf(release)), url: `${this.url}/tree/${release.version.version}` };
  }

  #readHead(): Promise<string | undefined> {
    return this.#readRevision("main");
  }

  /** The commit of a branch or tag; undefined where there is none of this name. */
  async #readRevision(name: string): Promise<string | undefined> {
    const path = `/api/datasets/${this.#options.repo}/revision/${name}`;
    const what = "reading the dataset";
    // The Hub tells strangers of a repository that it is not there, whether it is private or not.
    return this.#unless(404, what, async () => (await this.#client.read(path, revision, what)).value.sha);
  }

  /** A tag stays where it is: the name of a release can be given once. */
  async #checkName(release: Release): Promise<void> {
    const { version } = release.version;
    const commit = this.#head === undefined ? undefined : await this.#readRevision(version);
    if (commit === undefined || (await this.#isWhole(release, commit))) return;
    throw new NameTaken(this.name, version);
  }

  async #createRepo(): Promise<void> {
    if (this.#head !== undefined) return;
    const [organization, name] = this.#options.repo.split("/");
    // There already (409): it has no commit yet, or an attempt whose answer was lost made it.
    await this.#unless(409, "creating it", () =>
      this.#client.ask("POST", "/api/repos/create", { name, organization, type: "dataset" }),
    );
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
    for (const path of await this.#gone(release, latest)) operations.push({ operation: "delete", path });
    const isCard = ({ path }: ReleaseFile) => path === CARD;
    const texts = release.texts.filter(({ file }) => isNew(file));
    texts.sort((a, b) => Number(isCard(a.file)) - Number(isCard(b.file)));
    for (const { text, file } of texts) {
      operations.push({ operation: "addOrUpdate", path: file.path, content: new Blob([text]) });
    }
    return operations;
  }

  /**
   * The files of the last release that this one has not, as far as that release wrote them: their paths are such as releases
   * have, and their bytes are those that its manifest.json names. Other files that it names are not ours, and stay.
   */
  async #gone(release: Release, latest: ReleaseManifest | undefined): Promise<string[]> {
    const paths = new Set(filesOf(release).map(({ path }) => path));
    const old = latest?.files.filter(({ path }) => !paths.has(path)) ?? [];
    const there = await this.#find(new Set(old.map(({ path }) => path)), this.#head);
    const [gone, foreign]: [string[], string[]] = [[], []];
    for (const file of old.filter(({ path }) => there.has(path))) {
      const isApart = there.get(file.path)?.lfs !== undefined;
      const text = isApart || !isReleasePath(file.path) ? undefined : await this.#readFile(file.path);
      const isOurs = isReleasePath(file.path) && (isApart || text !== undefined);
      (isOurs && isSame(file, there.get(file.path), text) ? gone : foreign).push(file.path);
    }
    if (foreign.length > 0)
      this.#options.onWarning(`${this.name}: ${notOurs("that the last manifest.json names", foreign)}`);
    return gone;
  }

  async #find(paths: ReadonlySet<string>, commit: string | undefined) {
    if (commit === undefined || paths.size === 0) return new Map<string, TreeEntry>();
    try {
      return await findFiles(this.#client, commit, paths);
    } catch (error) {
      throw this.#explain(error, "listing the files");
    }
  }

  /** Commits everything; what readers see changes in one step. Gives the commit that `main` is then at. */
  async #commitAll(release: Release, operations: readonly CommitOperation[]): Promise<string> {
    const title = `Release ${release.version.version}`;
    try {
      if (operations.length <= MOST_FILES)
        return (await commit(this.#client, { title, operations: [...operations], parentCommit: this.#head }))
          .oid;
      return await this.#merge(release, title, operations);
    } catch (error) {
      const isConflict = error instanceof HubRefusal && [409, 412].includes(error.status);
      if (!isConflict) throw this.#explain(error, "publishing");
      // An attempt whose answer was lost may have done it.
      const head = await this.#readHead();
      if (await this.#isWhole(release, head)) return head as string;
      throw this.#overtaken();
    }
  }

  #overtaken(): Failure {
    const problem = "somebody else has committed to the dataset meanwhile";
    return new Failure("temporary", `${this.name}: ${problem}; look at it, then publish again`);
  }

  /** More files than one commit takes: a pull request, which nobody sees until it is merged. */
  async #merge(release: Release, title: string, operations: readonly CommitOperation[]): Promise<string> {
    let number: string | undefined;
    let parent = this.#head;
    for (let from = 0; from < operations.length; from += MOST_FILES) {
      const some = operations.slice(from, from + MOST_FILES);
      const place = number === undefined ? { isPullRequest: true } : { branch: `refs/pr/${number}` };
      const part = { title, operations: some, parentCommit: parent, ...place };
      const { oid, pullRequest } = await commit(this.#client, part);
      parent = oid;
      number ??= pullRequest;
    }
    if ((await this.#readHead()) !== this.#head) throw this.#overtaken();
    const what = `merging pull request ${number}`;
    try {
      await this.#client.ask("POST", `/api/datasets/${this.#options.repo}/discussions/${number}/merge`, {});
    } catch (error) {
      // An attempt whose answer was lost may have merged it.
      if (!(await this.#isWhole(release, await this.#readHead()))) throw this.#explain(error, what);
    }
    const head = await this.#readHead();
    if (head === undefined) throw new Failure("refused", `${this.name}: ${what}: the dataset is gone`);
    return head;
  }

  async #isWhole(release: Release, commit: string | undefined): Promise<boolean> {
    return (await this.#firstDifference(release, commit)) === undefined;
  }

  /** A path of the release that is not there at a commit with its very bytes; undefined where all are. */
  async #firstDifference(release: Release, commit: string | undefined): Promise<string | undefined> {
    if (commit === undefined) return release.texts[0]?.file.path;
    const files = filesOf(release);
    const there = await this.#find(new Set(files.map(({ path }) => path)), commit);
    const texts = new Map(release.texts.map(({ file, text }) => [file.path, text]));
    return files.find((file) => !isSame(file, there.get(file.path), texts.get(file.path)))?.path;
  }

  async #tag(tag: string, commit: string): Promise<void> {
    const what = `tagging ${tag}`;
    // There already (409): an attempt whose answer was lost, or a release that is put there again.
    const made = await this.#unless(409, what, () =>
      this.#client.ask("POST", `/api/datasets/${this.#options.repo}/tag/${commit}`, { tag }),
    );
    const at = await this.#readRevision(tag);
    if (at === commit || (at !== undefined && made === undefined)) return;
    throw new Failure(
      "refused",
      `${this.name}: ${what}: the Hub took it, but the tag is not there; publish again`,
    );
  }

  #refused(status: number, what: string, said: string): Failure {
    const problem = `${this.name}: ${what}: the Hub answered with status ${status}`;
    if (status === 401 || status === 403) {
      return new Failure(
        "no_permission",
        `${problem}; check that HF_TOKEN may write to ${this.#options.repo}`,
      );
    }
    return new Failure("refused", said === "" ? problem : `${problem}: ${said}`);
  }

  /** The library's messages hold addresses with signatures in them: only what the Hub itself says is passed on. */
  #explain(error: unknown, what: string): unknown {
    if (error instanceof HubRefusal) return this.#refused(error.status, what, error.said);
    if (!(error instanceof HubApiError)) return error;
    const said = isObject(error.data) ? (error.data.error ?? error.data.message) : undefined;
    return this.#refused(error.statusCode, what, typeof said === "string" ? oneLine(said) : "");
  }
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
