import {
  type Command,
  checkFiles,
  FILES_OPERAND,
  forEachEntry,
  type Invocation,
  NOW_OPTION,
  nowOf,
  openInputs,
  openOutput,
  packageVersion,
  REJECTS_OPTION,
} from "../command-line/index.js";
import { Failure } from "../failure.js";
import { parseObject, readTexts, textAt } from "../ndjson/index.js";
import type { MediaType, Refusal } from "../record/index.js";
import type { Name, Remover } from "../staging/index.js";
import { openUnused, readOptOutList, tellUnused, UNUSED_OPTION } from "./opt-out-lists.js";
import { DB_OPTION, WAIT_OPTION, writing } from "./stage-options.js";

/** `ov-stage remove`. */
export const remove: Command = {
  name: "remove",
  summary: "Removes records for good: takedowns, opt-outs, dead links.",
  description:
    "Reads which records to remove, one a line in any mixture: records (or objects with provider and " +
    "foreign_identifier, with identifier, or with url), identifiers, provider and foreign identifier with a blank " +
    "between them, or addresses of media files. Each moves to the removed ones with the time and the reason; " +
    "ov-stage load refuses it from then on. With --list it removes every record that an opt-out list names (see " +
    "ov-optout). All are removed, or, when the command is stopped, none. One summary line goes to stdout.",
  operands: FILES_OPERAND,
  options: [
    DB_OPTION,
    { flags: "--reason <text>", description: "why, in up to 80 characters: takedown, dead_link, …" },
    { flags: "--list <file>", description: "an opt-out list; removes what it names and reads no records" },
    UNUSED_OPTION,
    REJECTS_OPTION,
    WAIT_OPTION,
    NOW_OPTION,
  ],
  examples: [
    {
      line: "echo flickr 54786206182 | ov-stage remove --db staging.db --reason takedown",
      what: "take one work out",
    },
    { line: "ov-stage remove --db staging.db --list opt-outs.txt", what: "apply an opt-out list" },
  ],
  afterInterrupt: () => "nothing was removed; run the same command again",
  readsStdin: (operands, { list }) => operands.length === 0 && list === undefined,
  run: runRemove,
};

/** The reason of removals by a list, where no other is given. */
const LIST_REASON = "opt_out";

async function runRemove(invocation: Invocation): Promise<void> {
  const { options, operands, messages, signal } = invocation;
  const list = options.list as string | undefined;
  const reason = (options.reason as string | undefined) ?? (list === undefined ? undefined : LIST_REASON);
  if (!reason?.trim()) throw new Failure("usage", "say why with --reason, as in --reason takedown");
  if (list !== undefined && operands.length > 0) {
    throw new Failure("usage", "--list names what to remove; give either it or records");
  }
  if (list === undefined && options.unused !== undefined) {
    throw new Failure("usage", "--unused is about the rules of a list; name one with --list");
  }
  await checkFiles(operands, "text");
  // Read first: a list that cannot be read should not have begun anything.
  const optOuts = list === undefined ? undefined : await readOptOutList(list, messages);
  const unused = await openUnused(options.unused);

  await writing(invocation, async (database, path) => {
    const { Remover, Run, removeUnwanted } = await import("../staging/index.js");
    const input = list ?? (operands.length > 0 ? operands.join(" ") : "stdin");
    const run = await Run.begin(database, path, {
      command: "remove",
      version: packageVersion(),
      input,
      wait: options.wait === true,
      signal,
    });
    const remover = new Remover(database, reason.trim(), nowOf(options));
    let rejected = 0;
    try {
      if (optOuts) removeUnwanted(database, remover, (record) => optOuts.ruleFor(record) !== undefined);
      else rejected = await removeNamed(invocation, remover);
      remover.finish();
    } catch (error) {
      run.undo(error instanceof Error ? error.message : String(error));
      throw error;
    }
    const summary = { ...remover.counts, rejected };
    run.end(summary, "done");
    const output = openOutput();
    await output.write(JSON.stringify(summary));
    await output.end();
    if (remover.notFound !== undefined) {
      const others = remover.counts.not_found - 1;
      messages.warn(
        `not in the database: ${remover.notFound}${others > 0 ? `, and ${others} more` : ""}; nothing keeps a later load from adding what was not there`,
      );
    }
    messages.info(
      `${path}: ${summary.removed} removed, ${summary.already_removed} were removed before, ` +
        `${summary.not_found} not found, ${rejected} rejected`,
    );
    if (optOuts && list !== undefined) await tellUnused(optOuts, list, messages, unused);
  }).finally(() => unused?.abandon());
}

async function removeNamed(invocation: Invocation, remover: Remover): Promise<number> {
  const { operands, signal } = invocation;
  const { rejected } = await forEachEntry(
    invocation,
    (onBadLine) => readTexts(openInputs(operands, signal, { contents: "text" }), onBadLine),
    ({ text }) => {
      const name = nameOf(text.trim());
      if ("error" in name) return name;
      remover.remove(name);
      return undefined;
    },
  );
  return rejected;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const NO_NAME: Refusal = {
  error:
    "this names no record; write a record, an identifier, provider and foreign identifier, or the URL of a media file",
  code: "not_a_name",
};

/** What a line names. */
function nameOf(line: string): Name | Refusal {
  if (line.startsWith("{")) return nameOfObject(line);
  if (UUID.test(line)) return { identifier: line };
  if (/^https?:\/\/\S+$/i.test(line)) return { url: line };
  const [, provider, id] = /^([\w-]+)\s+(\S.*)$/s.exec(line) ?? [];
  return provider !== undefined && id !== undefined ? { provider, foreign_identifier: id } : NO_NAME;
}

function nameOfObject(line: string): Name | Refusal {
  const parsed = parseObject(line);
  if ("error" in parsed) return parsed;
  const { record } = parsed;
  const [provider, id] = [textAt(record, "provider"), textAt(record, "foreign_identifier")];
  const media =
    record.media_type === "image" || record.media_type === "audio" ? record.media_type : undefined;
  if (provider !== undefined && id !== undefined) {
    return { provider, foreign_identifier: id, media_type: media as MediaType | undefined };
  }
  const identifier = textAt(record, "identifier");
  if (identifier !== undefined) return { identifier };
  const url = textAt(record, "url");
  return url === undefined ? NO_NAME : { url };
}
