import { fstatSync } from "node:fs";
import {
  type Command,
  checkFiles,
  FILES_OPERAND,
  forEachEntry,
  type Invocation,
  isByClock,
  nowOf,
  type OptionTable,
  openInputs,
  packageVersion,
  printLines,
  SHARED,
  type Tally,
} from "../../base/cli/index.js";
import { inWords } from "../../base/counted.js";
import { Failure, toldAs } from "../../base/failure.js";
import type { Input } from "../../base/ndjson/index.js";
import type { Database } from "../../base/sqlite/index.js";
import type { Loader, Run, Spool } from "../../store/staging/index.js";
import { tellDropped } from "../dropped.js";
import { takeInLeftovers } from "./leftovers.js";
import { STAGE, writing } from "./options.js";

const OPTIONS = [
  STAGE.db,
  SHARED.rejects,
  SHARED.strict,
  {
    flags: "--restore",
    description: "take records that were removed back in; without it they are refused",
  },
  STAGE.wait,
  SHARED.now,
] as const satisfies OptionTable;

type Loading = Invocation<typeof OPTIONS>;

/** `ov-stage load`. */
export const load: Command<typeof OPTIONS> = {
  name: "load",
  summary: "Puts media records into the database.",
  description:
    "Reads media records, checks and cleans them by the record table, and adds them to the database, which is " +
    "made where it is not there yet. A record that is there already (same provider and foreign identifier) is " +
    "merged column by column: new values win, nothing is lost to a null, tags of others stay. Of several records of " +
    "one work in a load, the last one counts. A load is there as a whole or, when it is killed, not at all; what it " +
    "had read from a pipe is taken in by the next one, as what was seen then. One summary line goes to stdout.",
  operands: FILES_OPERAND,
  options: OPTIONS,
  examples: [
    {
      line: "ov-fetch stocksnap --input fixtures/stocksnap/page-1.json | ov-stage load --db staging.db",
      what: "turn saved API answers into records and stage them",
    },
  ],
  afterInterrupt: ({ db }) =>
    `${db} holds what came before; run the same again for the rest, nothing is doubled`,
  readsStdin: (operands) => operands.length === 0,
  run: async (invocation) => {
    await checkFiles(invocation.operands, "json");
    await writing(invocation, (database, path) => runLoad(invocation, database, path), { create: true });
  },
};

async function runLoad(invocation: Loading, database: Database, path: string): Promise<void> {
  const { options, operands, messages, signal } = invocation;
  const { isCorrupt } = await import("../../base/sqlite/index.js");
  const { Loader, onward, Run, Spool } = await import("../../store/staging/index.js");
  const leftover = await takeInLeftovers(invocation, { database, path });
  const input = operands.length > 0 ? operands.join(" ") : "stdin";
  const version = packageVersion();
  let now = nowOf(options.now);
  const run = (await Run.beginWhere(database, path, { wait: options.wait, signal }, () => {
    now = nowOf(options.now);
    const time = now.toISOString();
    const seenOn = isByClock(options.now) ? onward(database, time) : time;
    return { command: "load", version, input, seenOn };
  })) as Run;
  const spool = readsPipe(operands) ? new Spool(path, run.id) : undefined;
  const loader = new Loader(database, path, {
    now,
    run: run.id,
    restore: options.restore,
    strict: options.strict,
    // Another version may clean in another way.
    forgetLines: run.lastVersion !== version,
  });
  let tally: Tally;
  try {
    tally = await loadAll(invocation, loader, inputsOf(invocation, spool));
  } catch (error) {
    endEarly(run, loader, error, spool, isCorrupt(error));
    throw error;
  }
  const dropped = loader.dropped.counts;
  const summary = { ...loader.counts, rejected: tally.rejected, ...(dropped && { dropped }) };
  run.end(summary, "done");
  spool?.remove();
  await printLines([{ ...summary, ...leftover }]);
  const { inserted, updated, unchanged } = summary;
  messages.info(`${path}: ${inWords({ inserted, updated, unchanged, rejected: tally.rejected })}`, {
    ...(dropped && { dropped }),
    ...leftover,
  });
  tellDropped(messages, loader.dropped);
}

/** Bad input and Ctrl-C leave what came before; whatever else stops the load leaves nothing of it. */
function endEarly(
  run: Run,
  loader: Loader,
  error: unknown,
  spool: Spool | undefined,
  isCorrupt: boolean,
): void {
  const message = toldAs(error);
  const isKept =
    !isCorrupt &&
    error instanceof Failure &&
    ["bad_input", "no_input", "interrupted"].includes(error.outcome);
  if (isKept) {
    run.end(loader.counts, error.outcome === "interrupted" ? "interrupted" : "failed", message);
    spool?.remove();
  } else {
    run.undo(message);
    spool?.leave();
  }
}

const STDIN = 0;

/** Whether what is read cannot be read again. */
function readsPipe(operands: readonly string[]): boolean {
  if (operands.length > 0 && !operands.includes("-")) return false;
  const stdin = fstatSync(STDIN);
  // A file without a name, as shells make of texts, is as good as a pipe.
  return !stdin.isFile() || stdin.nlink === 0;
}

/** What the command line names. */
async function* inputsOf(
  { operands, signal }: Pick<Invocation, "operands" | "signal">,
  spool: Spool | undefined,
): AsyncGenerator<Input> {
  for await (const { name, bytes } of openInputs(operands, signal)) {
    yield { name, bytes: name === "stdin" && spool ? spool.keep(bytes) : bytes };
  }
}

async function loadAll(invocation: Loading, loader: Loader, inputs: AsyncIterable<Input>): Promise<Tally> {
  const { readPrepared } = await import("../../store/staging/index.js");
  return forEachEntry(
    invocation,
    () => readPrepared(inputs, () => loader.expectsNews),
    (entry) => loader.loadEntry(entry),
  );
}
