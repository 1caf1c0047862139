import {
  type Command,
  checkFiles,
  FILES_OPERAND,
  forEachEntry,
  forEachRecord,
  type Invocation,
  type OptionTable,
  openInputs,
  openOutput,
  printLines,
  SHARED,
} from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import { readByteLines } from "../../base/ndjson/index.js";
import type { Database } from "../../base/sqlite/index.js";
import { reading, STAGE, turnsOf, writing } from "../stage/options.js";

const LOAD_OPTIONS = [
  STAGE.db,
  { flags: "--replace", description: "forget the links of earlier loads first: for a whole new snapshot" },
  SHARED.rejects,
  STAGE.wait,
] as const satisfies OptionTable;

const load: Command<typeof LOAD_OPTIONS> = {
  name: "load",
  summary: "Puts links between Commons and Flickr into the database.",
  description:
    "Reads what ov-snapshot-stream --flickr writes and keeps which files on Commons are which Flickr photos: every " +
    "file of a photo, those that are ambiguous marked so. A file that is there already gets its new title. Links are " +
    "committed as they come; after a crash, run the same command again. One summary line goes to stdout.",
  operands: FILES_OPERAND,
  options: LOAD_OPTIONS,
  examples: [
    {
      line: "ov-snapshot-stream --flickr fixtures/commons/snapshot.json.gz | ov-commons load --db staging.db",
      what: "keep the links of a snapshot",
    },
  ],
  afterInterrupt: () => "the links before it are kept; run the same command again",
  readsStdin: (operands) => operands.length === 0,
  run: runLoad,
};

const MATCH_OPTIONS = [STAGE.db, SHARED.rejects] as const satisfies OptionTable;

const match: Command<typeof MATCH_OPTIONS> = {
  name: "match",
  summary: "Adds to photos the files that Commons has of them.",
  description:
    "Reads Flickr photo ids, Flickr URLs or records, one a line in any mixture, and adds to each the member commons: " +
    "a list of the files on Commons that are this photo, empty where there is none. Lines that are no records become " +
    "one. Records of other providers go through untouched.",
  operands: FILES_OPERAND,
  options: MATCH_OPTIONS,
  examples: [
    {
      line: "ov-stage dump --db staging.db | ov-commons match --db staging.db",
      what: "which records are on Commons",
    },
    { line: "echo 53248015596 | ov-commons match --db staging.db", what: "look up one photo" },
  ],
  readsStdin: (operands) => operands.length === 0,
  run: runMatch,
};

export const commons: Command = {
  name: "ov-commons",
  summary: "Knows which Flickr photos are on Wikimedia Commons already.",
  description:
    "The links are kept in a table of the staging database. They come from snapshots of Commons, so they are as old as " +
    "the snapshot: ask Commons itself before writing there.",
  examples: [
    {
      line: "ov-snapshot-stream --flickr fixtures/commons/snapshot.json.gz | ov-commons load --db staging.db",
      what: "keep the links of a snapshot",
    },
    { line: "ov-commons match --db staging.db photo-ids.txt", what: "look photos up" },
  ],
  subcommands: [load, match],
};

async function runLoad(invocation: Invocation<typeof LOAD_OPTIONS>): Promise<void> {
  const { options, messages } = invocation;
  const path = options.db;
  await checkFiles(invocation.operands, "json");
  let count = 0;
  let withoutPhoto = 0;
  const { CommonsLinks } = await import("../../store/links/index.js");
  const fill = async (database: Database) => {
    const turns = await turnsOf(invocation, database, path);
    await turns.begin();
    const links = new CommonsLinks(database, path, { create: true });
    if (options.replace) links.clear();
    // Nobody waits for us while we wait for the first line.
    else links.commit();
    try {
      return await forEachRecord(
        invocation,
        ({ record }) => (links.isWriting ? links.put(record) : turns.begin().then(() => links.put(record))),
        () => links.commit(),
      );
    } finally {
      // Whatever stops the load, the links before it are kept.
      links.commit();
      count = links.count;
      withoutPhoto = links.withoutPhoto;
      await printLines([{ links: count, without_photo: withoutPhoto }]);
    }
  };
  const { rejected } = await writing(invocation, fill, { create: true });
  messages.info(
    `${path}: ${counted(count, "link")}, ${thousands(withoutPhoto)} ambiguous without a photo, ${thousands(rejected)} rejected`,
    { links: count, without_photo: withoutPhoto, rejected },
  );
}

async function runMatch(invocation: Invocation<typeof MATCH_OPTIONS>): Promise<void> {
  const { options, messages, operands, signal } = invocation;
  const { Matcher } = await import("./match.js");
  const { CommonsLinks } = await import("../../store/links/index.js");
  const { good, rejected, found } = await reading(invocation, async (database, path) => {
    const links = new CommonsLinks(database, path);
    if (links.isEmpty)
      messages.warn(`${options.db} has no links to Commons; put them in with ov-commons load`);
    const matcher = new Matcher(links, openOutput());
    const tally = await forEachEntry(
      invocation,
      (onBadLine) => readByteLines(openInputs(operands, signal, { contents: "text" }), onBadLine),
      (line) => matcher.match(line),
      () => matcher.pause(),
    );
    await matcher.end();
    return { ...tally, found: matcher.found };
  });
  const lines = counted(good, "line");
  const photos = counted(found, "photo is", "photos are");
  const counts = { lines: good, found, rejected };
  messages.info(`${lines}: ${photos} on Commons, ${thousands(rejected)} rejected`, counts);
}
