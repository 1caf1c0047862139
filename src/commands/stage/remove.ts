import { existsSync } from "node:fs";
import {
  type Command,
  checkFiles,
  FILES_OPERAND,
  forEachEntry,
  type Invocation,
  nowOf,
  type OptionTable,
  openInputs,
  printLines,
  SHARED,
} from "../../base/cli/index.js";
import { thousands } from "../../base/counted.js";
import { Failure, type Place } from "../../base/failure.js";
import { type JsonObject, parseExact, parseObject, readTexts, textAt } from "../../base/ndjson/index.js";
import {
  addressKey,
  cleanText,
  comparableId,
  isNumbered,
  MEDIA_TYPES,
  type Refusal,
  textOf,
} from "../../record/index.js";
import type { IsUnwanted, Name, Remover } from "../../store/staging/index.js";
import { openUnused, readOptOutList, tellUnused, UNUSED_OPTION } from "../optout/lists.js";
import { asRun, STAGE, writing } from "./options.js";

const OPTIONS = [
  STAGE.db,
  {
    flags: "--reason <text>",
    description:
      "why, in up to 80 characters: takedown, dead_link, …; tombstones bring their own, which this replaces",
  },
  { flags: "--list <file>", description: "an opt-out list; removes what it names and reads no records" },
  UNUSED_OPTION,
  SHARED.rejects,
  STAGE.wait,
  SHARED.now,
] as const satisfies OptionTable;

/** `ov-stage remove`. */
export const remove: Command<typeof OPTIONS> = {
  name: "remove",
  summary: "Removes records for good: takedowns, opt-outs, dead links.",
  description:
    "Reads which works to remove, one a line in any mixture: records (or objects with provider and " +
    "foreign_identifier, with identifier, or with url), tombstones of another database, identifiers, provider and " +
    "foreign identifier with a blank between them, or addresses of media files. Their records, and all others of the " +
    "same file, move to the removed ones with the time and the reason; from then on ov-stage load refuses the work and " +
    "the file, in any spelling and from any provider, also where there was no record of it yet. With --list it " +
    "removes every record that an opt-out list names (see ov-optout). All are removed, or, when the command is " +
    "stopped, none. One summary line goes to stdout.",
  operands: FILES_OPERAND,
  options: OPTIONS,
  examples: [
    {
      line: "echo flickr 54786206182 | ov-stage remove --db staging.db --reason takedown",
      what: "take one work out",
    },
    { line: "ov-stage remove --db staging.db --list opt-outs.txt", what: "apply an opt-out list" },
    {
      line: "ov-stage dump --db staging.db --deletions-since 2026-01-31 | ov-stage remove --db copy.db",
      what: "remove elsewhere what was removed here",
    },
  ],
  afterInterrupt: () => "nothing was removed; run the same command again",
  readsStdin: (operands, { list }) => operands.length === 0 && list === undefined,
  run: runRemove,
};

/** The reason of removals by a list, where no other is given. */
const LIST_REASON = "opt_out";

async function runRemove(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, operands, messages } = invocation;
  const list = options.list;
  const given = options.reason ?? (list === undefined ? undefined : LIST_REASON);
  const reason = given?.trim();
  // Where there is a database, tombstones may come.
  if (reason === "" || (reason === undefined && !existsSync(options.db))) throw noReason();
  if (list !== undefined && operands.length > 0) {
    throw new Failure("usage", "--list names what to remove; give either it or records");
  }
  if (list === undefined && options.unused !== undefined) {
    throw new Failure("usage", "--unused is about the rules of a list; name one with --list");
  }
  await checkFiles(operands, "text");
  // Read first: a list that cannot be read should not have begun anything.
  const optOuts = list === undefined ? undefined : await readOptOutList(list, messages);
  const unused = await openUnused(invocation);

  await writing(invocation, async (database, path) => {
    const { Remover, removeUnwanted } = await import("../../store/staging/index.js");
    const input = list ?? (operands.length > 0 ? operands.join(" ") : "stdin");
    const about = { command: "remove", input };
    const { remover, counts } = await asRun(invocation, [database, path], about, async () => {
      const remover = new Remover(database, nowOf(options.now));
      let rejected = 0;
      if (optOuts) {
        const isUnwanted = (record: Parameters<IsUnwanted>[0]) => optOuts.ruleFor(record) !== undefined;
        removeUnwanted(database, remover, isUnwanted, reason ?? LIST_REASON);
      } else rejected = await removeNamed(invocation, remover, reason);
      remover.finish();
      return { remover, counts: { ...remover.counts, rejected } };
    });
    await printLines([counts]);
    if (remover.notFound !== undefined) messages.warn(notFoundText(remover.notFound, counts.not_found - 1));
    messages.info(
      `${path}: ${thousands(counts.removed)} removed, ${thousands(counts.already_removed)} were removed before, ` +
        `${thousands(counts.not_found)} not found, ${thousands(counts.rejected)} rejected`,
    );
    if (optOuts && list !== undefined) await tellUnused(optOuts, list, messages, unused);
  }).finally(() => unused?.abandon());
}

function notFoundText(name: string, others: number): string {
  const [more, them] = others > 0 ? [`, and ${thousands(others)} more`, "them"] : ["", "it"];
  const help = /^https?:/i.test(name)
    ? " (an address is that of a media file; pages of works and people go into an opt-out list, --list)"
    : "";
  return `not in the database: ${name}${more}; later loads will refuse ${them}${help}`;
}

async function removeNamed(
  invocation: Invocation<typeof OPTIONS>,
  remover: Remover,
  reason: string | undefined,
): Promise<number> {
  const { operands, signal } = invocation;
  const { plainLine, oddityOf } = await import("../../sources/opt-outs/index.js");
  const nameOfLine = (line: string) => nameOfAddress(plainLine(line), oddityOf);
  const { good, rejected } = await forEachEntry(
    invocation,
    (onBadLine) => readTexts(openInputs(operands, signal, { contents: "text" }), onBadLine),
    ({ text, file, line }) => {
      const read = nameOf(text.trim(), nameOfLine);
      if ("error" in read) return read;
      const why = reason ?? read.reason;
      if (why === undefined) throw noReason({ file, line });
      remover.remove(read.name, why);
      return undefined;
    },
  );
  if (good + rejected === 0 && reason === undefined) throw noReason();
  return rejected;
}

function noReason(place?: Place): Failure {
  return new Failure("usage", "say why with --reason, as in --reason takedown", place && { place });
}

/** What a line names, and the reason that it gives. */
interface Named {
  readonly name: Name;
  readonly reason?: string | undefined;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SHA256 = /^[0-9a-f]{64}$/i;

const NO_ID: Refusal = {
  error: "this names no record: one work a line, without a comment; an identifier with # goes into an object",
  code: "not_a_name",
};
const NO_NUMBER: Refusal = {
  error: "this names no record: the identifiers of this provider are numbers",
  code: "not_a_name",
};
const NO_NAME: Refusal = {
  error:
    "this names no record; write a record, an identifier, provider and foreign identifier, or the URL of a media file",
  code: "not_a_name",
};

function nameOf(line: string, nameOfLine: (line: string) => Named | Refusal): Named | Refusal {
  if (line.startsWith("{")) {
    const parsed = parseObject(line, parseExact);
    return "error" in parsed ? parsed : nameOfObject(parsed.record);
  }
  if (UUID.test(line)) return { name: { identifier: line.toLowerCase() } };
  const [, provider, id] = /^([\w-]+)\s+(\S.*)$/s.exec(line) ?? [];
  if (provider !== undefined && id !== undefined) return nameOfWork(provider, cleanText(id));
  return nameOfLine(line);
}

/** Without a comment: what has a `#` after a blank may be an identifier, or an identifier and more. */
function nameOfWork(provider: string, foreign_identifier: string): Named | Refusal {
  if (/\s#/.test(foreign_identifier)) return NO_ID;
  if (isNumbered(provider) && !/^\d+$/.test(comparableId(provider, foreign_identifier))) return NO_NUMBER;
  return { name: { work: { provider, foreign_identifier } } };
}

/** An address in any spelling; one that cannot be read would name nothing for ever. */
function nameOfAddress(address: string, oddityOf: (address: string) => string | undefined): Named | Refusal {
  const oddity = /\*$/.test(address) ? "a pattern names no file; write each address" : oddityOf(address);
  if (oddity !== undefined) return wrong(oddity);
  // After a comma, another one may have followed.
  const url = /\s|[,;]$/.test(address) ? undefined : addressOf(address);
  return url === undefined ? NO_NAME : { name: { url } };
}

/** A host alone is no file: `cat.jpg` and `3.14` would be hosts. */
function addressOf(text: string): string | undefined {
  if (!/[/?]/.test(addressKey(text) ?? "")) return undefined;
  const address = text.trim();
  return /^(?:https?:|[\\/]{2})/i.test(address) ? address : `https://${address}`;
}

/** A record or a tombstone: every name that it has. */
function nameOfObject(object: JsonObject): Named | Refusal {
  const [provider, id] = [textOf(object.provider), textOf(object.foreign_identifier)];
  const media_type = MEDIA_TYPES.find((type) => type === object.media_type);
  const work = provider && id ? { provider, foreign_identifier: id, media_type } : undefined;
  const identifier = textAt(object, "identifier")?.trim().toLowerCase();
  const given = textAt(object, "url");
  const url = given === undefined ? undefined : addressOf(given);
  const urlSha256 = textAt(object, "url_sha256")?.toLowerCase();
  if (identifier !== undefined && !work && !UUID.test(identifier)) return wrong("identifier is not a UUID");
  if (urlSha256 !== undefined && !SHA256.test(urlSha256)) return wrong("url_sha256 is not a SHA-256 in hex");
  if (!work && identifier === undefined && url === undefined && urlSha256 === undefined) {
    return given === undefined ? NO_NAME : wrong("url is no address of the web");
  }
  return { name: { work, identifier, url, urlSha256 }, reason: textOf(object.reason) ?? undefined };
}

function wrong(problem: string): Refusal {
  return { error: `this names no record: ${problem}`, code: "not_a_name" };
}
