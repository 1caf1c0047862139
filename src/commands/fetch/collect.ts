import { endIfNothingGood, openOutput, startProgress } from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import type { LineWriter, OnBadLine, Rejects } from "../../base/ndjson/index.js";
import { readSecret } from "../../base/secrets/index.js";
import { type Batch, Collector, type ItemTools, type Provider } from "../../sources/engine/index.js";
import { tellDropped } from "../dropped.js";
import type { Fetching } from "./options.js";

/** What `collect` is told beside the command line. */
export interface Collecting {
  readonly provider: Provider;
  /** The API key, where there is one: nothing that is written may hold it. */
  readonly key: string | undefined;
  readonly tools: ItemTools;
  readonly rejects: Rejects;
  /** For items that come from the API itself: see `CollectorOptions`. */
  readonly isLive: boolean;
}

/** Takes a batch; false when no more are needed. */
export type Take = (batch: Batch) => Promise<boolean>;

/** How many records were written, and which were the first and the last. */
export type Ends = Pick<Collector, "ends" | "written">;

/** What feeds a collector. */
export type Feed = (take: Take, output: LineWriter, onBadLine: OnBadLine, written: Ends) => Promise<void>;

/** Runs `feed` into a collector, and looks after output, rejects, progress and the summary. */
export async function collect(
  { options, messages }: Fetching,
  { provider, key, tools, rejects, isLive }: Collecting,
  feed: Feed,
): Promise<void> {
  const rejectsPath = options.rejects;
  const output = openOutput();
  const progress = await startProgress(messages, "records");
  const collector = new Collector({
    provider,
    key,
    tools,
    output,
    onBadLine: rejects.onBadLine,
    // Without a rejects file such items are only counted: one of them must not end a walk of days.
    onLacking: isLive && rejectsPath !== undefined ? rejects.onBadLine : undefined,
    stopsAtDrift: isLive,
    raw: options.raw,
    strict: options.strict,
    limit: options.limit ?? Number.POSITIVE_INFINITY,
  });
  const take = async (batch: Batch) => {
    await collector.take(batch);
    progress.update(collector.written, `${thousands(rejects.count)} rejected`);
    return !collector.isFull;
  };
  try {
    await feed(take, output, collector.onBadLine, collector);
    await output.end();
    await rejects.commit();
  } finally {
    progress.stop();
    await rejects.abandon();
  }
  summarize({ options, messages }, collector, rejects.count);
}

/** Says what became of all items; a `Failure` when none of them was good. */
export function summarize(
  { options, messages }: Pick<Fetching, "options" | "messages">,
  { written, skipped, dropped, keysCut }: Pick<Collector, "written" | "skipped" | "dropped" | "keysCut">,
  rejected: number,
): void {
  const reasons = [...skipped].map(([reason, count]) => `${thousands(count)} with ${reason}`).join(", ");
  const columns = [...keysCut].map(([column, count]) => `${thousands(count)} from ${column}`).join(", ");
  messages.info(
    `${counted(written, options.raw ? "item" : "record")}, ${reasons ? `skipped: ${reasons}; ` : ""}` +
      `${columns ? `API key cut out: ${columns}; ` : ""}${thousands(rejected)} rejected`,
    {
      records: written,
      skipped: Object.fromEntries(skipped),
      ...(columns && { keys_cut: Object.fromEntries(keysCut) }),
      rejected,
      dropped: dropped.counts,
    },
  );
  tellDropped(messages, dropped);
  endIfNothingGood(written, rejected, options.rejects);
}

/** The API key, from the file that was named or from the environment. Never from the command line. */
export async function readKey(
  { options }: Pick<Fetching, "options">,
  { key }: Provider,
): Promise<string | undefined> {
  if (!key) return undefined;
  return readSecret(key.variable, options.apiKeyFile);
}
