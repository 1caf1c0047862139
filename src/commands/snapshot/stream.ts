import {
  type Command,
  endIfNothingGood,
  openInput,
  openOutput,
  START_AGAIN,
  startProgress,
  timeLeft,
} from "../../base/cli/index.js";
import { counted, inWords } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import { type LineWriter, openRejects, type Rejects } from "../../base/ndjson/index.js";
import type { Ending, Results, Selection } from "../../sources/commons/index.js";
import { damageText } from "./damage.js";
import { OPTIONS, type Streaming } from "./options.js";
import { selectionOf } from "./selection.js";

export const snapshotStream: Command<typeof OPTIONS> = {
  name: "ov-snapshot-stream",
  summary: "Reads snapshots of the structured data of Wikimedia Commons.",
  description:
    "A snapshot is one JSON array with one entity a line, 400 GB of text packed into 79 GB. This command writes the " +
    "entities one a line, whole or cut down to what is wanted, or what they say about Flickr. It reads plain text, " +
    "gzip (all members of a file, several at once) and bzip2, told apart by their first bytes. A damaged or cut-off " +
    "file gives all that can be read, then ends the command with 65 and the byte to go on from.",
  operands: {
    usage: "[FILE...]",
    description: "snapshots, read in order; `-` or none is stdin",
  },
  options: OPTIONS,
  examples: [
    {
      line: "ov-snapshot-stream --flickr fixtures/commons/snapshot.json.gz | jq -r .flickr_photo_id",
      what: "which Flickr photos are on Commons",
    },
    {
      line: "ov-snapshot-stream --has P180=Q5 --keep P170,labels fixtures/commons/snapshot.json.gz",
      what: "creators and captions of files that show people",
    },
    {
      line: "ov-snapshot-stream --count fixtures/commons/snapshot.json.gz",
      what: "how many entities there are, and which properties they have",
    },
    {
      line: "ov-snapshot-stream --download latest --contact you@example.org --flickr > links.ndjson",
      what: "get the newest snapshot (79 GB), and the Flickr photo of every file",
    },
  ],
  afterInterrupt: ({ download }) =>
    download === undefined ? START_AGAIN : "run the same command again, the download goes on",
  readsStdin: (operands, { download }) => operands.length === 0 && download === undefined,
  run,
};

type Commons = typeof import("../../sources/commons/index.js");

async function run(invocation: Streaming): Promise<void> {
  const { options } = invocation;
  const commons = await import("../../sources/commons/index.js");
  const selection = selectionOf(options, commons);
  const files = await filesOf(invocation);
  if (options.downloadOnly) return;
  const rejects = await openRejects(options.rejects, { signal: invocation.signal });
  const session = new Session(invocation, commons, selection, rejects);
  try {
    for (const file of files) await session.read(file);
    await session.finish();
  } finally {
    await session.close();
  }
}

/** The files to read; one that is to be downloaded is there then. */
async function filesOf(invocation: Streaming): Promise<readonly string[]> {
  const { operands, options } = invocation;
  if (options.download === undefined) {
    const lonely = options.to !== undefined ? "--to" : options.downloadOnly && "--download-only";
    if (lonely) throw new Failure("usage", `${lonely} goes with --download`);
    if (options.resumeAt !== undefined && operands.length > 1)
      throw new Failure("usage", "--resume-at goes with one file: every file has other bytes");
    return operands.length > 0 ? operands : ["-"];
  }
  if (operands.length > 0)
    throw new Failure("usage", "--download names the snapshot; it does not go with files");
  const { downloadSnapshot } = await import("./download.js");
  return [await downloadSnapshot(invocation, options.download)];
}

/** One run over all files. */
class Session {
  readonly #invocation: Streaming;
  readonly #commons: Commons;
  readonly #selection: Selection;
  readonly #rejects: Rejects;
  readonly #output: LineWriter = openOutput();
  readonly #totals;
  #entities = 0;
  #matches = 0;

  constructor(invocation: Streaming, commons: Commons, selection: Selection, rejects: Rejects) {
    this.#invocation = invocation;
    this.#commons = commons;
    this.#selection = selection;
    this.#rejects = rejects;
    this.#totals = selection.output.kind === "count" ? new commons.Totals() : undefined;
  }

  /** Reads one file to its end; damage is a `Failure`, once everything in front of it has been written. */
  async read(file: string): Promise<void> {
    const { results, size } = await this.#open(file);
    const progress = await startProgress(this.#invocation.messages, "MB", size && Math.ceil(size / 1e6));
    const started = performance.now();
    try {
      for (;;) {
        const { value, done } = await results.next();
        if (done) return await this.#end(file, value, size);
        await this.#take(file, value);
        const { entities, matches } = value.counts;
        const left =
          size === undefined ? "" : `, ${timeLeft(value.done / size, performance.now() - started)}`;
        const note = `${inWords({ entities, written: matches })}${left}`;
        progress.update(Math.round(value.done / 1e6), note);
      }
    } finally {
      progress.stop();
      await results.return(undefined as never);
    }
  }

  async finish(): Promise<void> {
    if (this.#totals) await this.#output.write(JSON.stringify(this.#totals));
    await this.#output.end();
    await this.#rejects.commit();
    const { options, messages } = this.#invocation;
    const [entities, matches, rejected] = [this.#entities, this.#matches, this.#rejects.count];
    messages.info(
      `${counted(entities, "entity", "entities")}: ${inWords({ [this.#totals ? "counted" : "written"]: matches, rejected })}`,
      { entities, matches, rejected },
    );
    endIfNothingGood(entities - rejected, rejected, options.rejects);
  }

  async close(): Promise<void> {
    await this.#rejects.abandon();
  }

  /** A gzip file is read at several places at once; everything else as it comes. */
  async #open(file: string): Promise<{ results: AsyncGenerator<Results, Ending>; size?: number }> {
    const { options, signal } = this.#invocation;
    const { isGzip, size } = file === "-" ? STDIN : await this.#commons.inspectFile(file);
    const reading = { stopAtFault: options.rejects === undefined, name: nameOf(file), signal };
    const startAt = options.resumeAt;
    // Where to go on was told by us: the beginning of the file may well be what is damaged.
    if (isGzip || (startAt !== undefined && size > 0)) {
      if (startAt !== undefined && startAt >= size) throw behindTheEnd(file, startAt, `it has ${size} bytes`);
      const threads = options.threads;
      const more = { ...(threads && { threads }), ...(startAt && { startAt }) };
      const results = this.#commons.readGzipFile(file, size, this.#selection, { ...reading, ...more });
      return { results, size };
    }
    if (startAt !== undefined)
      throw new Failure("usage", `--resume-at needs a gzip file, and ${nameOf(file)} is not one`);
    const { bytes } = openInput(file, signal, { contents: "anything" });
    const results = this.#commons.readStream(bytes, this.#selection, reading);
    return { results, ...(size > 0 && { size }) };
  }

  async #take(file: string, { output, faults }: Results): Promise<void> {
    const full = this.#output.writeLines(output);
    if (full) await full;
    for (const fault of faults) {
      // Without a rejects file this ends the command: what stood before goes out first.
      if (this.#invocation.options.rejects === undefined) await this.#output.end();
      await this.#rejects.onBadLine({ file: nameOf(file), ...fault });
    }
  }

  async #end(file: string, ending: Ending, size = 0): Promise<void> {
    const { counts, totals, isUnclosed, isEmpty, damage, start, torn } = ending;
    const { messages, options } = this.#invocation;
    const place = { file: nameOf(file) };
    this.#entities += counts.entities;
    this.#matches += counts.matches;
    if (totals) this.#totals?.merge(totals);
    if (damage) {
      if (this.#totals) await this.#output.write(JSON.stringify(this.#totals));
      await this.#output.end();
      await this.#rejects.commit();
      throw new Failure("bad_input", damageText(damage, counts.entities, torn), { place });
    }
    if (start !== undefined) {
      if (start >= size)
        throw behindTheEnd(file, options.resumeAt ?? start, "no gzip member begins there or after it");
      const tail = torn > 0 ? ", and the end of an entity that begins there was left out" : "";
      messages.info(`read from byte ${start} on; what is in front of it was not read${tail}`, {
        place,
        torn,
      });
    }
    if (isEmpty && options.resumeAt === undefined) {
      // A pipe may well have nothing to say.
      if (file !== "-") throw new Failure("bad_input", "it is empty: get the file again", { place });
      messages.warn("it is empty", { place });
    }
    if (isUnclosed) messages.warn("the closing ] is missing: the snapshot may be incomplete", { place });
  }
}

function behindTheEnd(file: string, startAt: number, reason: string): Failure {
  return new Failure("bad_input", `there is nothing to read from byte ${startAt} on: ${reason}`, {
    place: { file: nameOf(file) },
  });
}

const STDIN = { isGzip: false, size: 0 };

const nameOf = (file: string) => (file === "-" ? "stdin" : file);
