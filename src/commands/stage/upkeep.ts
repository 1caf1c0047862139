import {
  type Command,
  type Invocation,
  nowOf,
  type OptionTable,
  openOutput,
  printLines,
  SHARED,
} from "../../base/cli/index.js";
import { counted, thousands } from "../../base/counted.js";
import { Failure } from "../../base/failure.js";
import { asRun, reading, STAGE, turnsOf, writing } from "./options.js";

/** Subcommands of `ov-stage` that keep what is there up to date. */

const EXPIRE_OPTIONS = [STAGE.db, STAGE.dryRun, STAGE.wait, SHARED.now] as const satisfies OptionTable;

export const expire: Command<typeof EXPIRE_OPTIONS> = {
  name: "expire",
  summary: "Marks works that were not seen at their source for too long.",
  description:
    "Works of the providers that are named, or of all that have a limit, are marked as removed_from_source when no " +
    "load has seen them for longer than the limit: flickr and wikimedia 6 months 18 days, europeana 3 months 9 days, " +
    "smithsonian 8 days; brooklynmuseum, clevelandmuseum, museumsvictoria, nypl, rawpixel, sciencemuseum and smk 1 month " +
    "3 days. A load that sees one again takes the mark away. Nothing is removed; ov-stage dump --removed exclude " +
    "leaves marked works out. One line a provider goes to stdout.",
  operands: {
    usage: "[PROVIDER...]",
    offer: "expiring",
    description: "providers; all that have a limit where none is named",
  },
  options: EXPIRE_OPTIONS,
  afterInterrupt: () => "nothing was marked; run the same command again",
  examples: [{ line: "ov-stage expire --db staging.db --dry-run", what: "how many would be marked" }],
  run: runExpire,
};

async function runExpire(invocation: Invocation<typeof EXPIRE_OPTIONS>): Promise<void> {
  const { options, operands, messages } = invocation;
  const { EXPIRY, expire: expireProvider } = await import("../../store/staging/index.js");
  const known = Object.keys(EXPIRY);
  const stranger = operands.find((provider) => !known.includes(provider));
  if (stranger !== undefined) {
    throw new Failure("usage", `works of ${stranger} do not expire; these do: ${known.join(", ")}`);
  }
  const providers = operands.length > 0 ? operands : known;
  const dryRun = options.dryRun;
  const now = nowOf(options.now);

  const results = await (dryRun ? reading : writing)(invocation, async (database, path) => {
    const expireAll = () => providers.map((provider) => expireProvider(database, provider, now, { dryRun }));
    if (dryRun) return expireAll();
    const about = { command: "expire", input: providers.join(" ") };
    const { expired } = await asRun(invocation, [database, path], about, () => {
      const expired = expireAll();
      return { expired, counts: { expired: sumOf(expired) } };
    });
    return expired;
  });
  await printLines(results);
  const total = sumOf(results);
  messages.info(
    `${options.db}: ${thousands(total)} ${dryRun ? "would be marked" : "marked"} as removed from ${total === 1 ? "its" : "their"} source`,
  );
}

function sumOf(results: readonly { readonly expired: number }[]): number {
  return results.reduce((sum, { expired }) => sum + expired, 0);
}

const POPULARITY_OPTIONS = [
  STAGE.db,
  STAGE.provider,
  STAGE.media,
  { flags: "--percentile <share>", description: "p, more than 0 and less than 1", default: "0.85" },
  STAGE.wait,
  SHARED.now,
] as const satisfies OptionTable;

export const popularity: Command<typeof POPULARITY_OPTIONS> = {
  name: "popularity",
  summary: "Computes the popularity of works among those of their provider.",
  description:
    "For each provider that counts something (views, downloads, uses), takes the value at the percentile and from it " +
    "the constant ((1 - p) / p) * value; the score of a work is metric / (metric + constant), from 0 to 1. A work at " +
    "the percentile scores p. Scores are written in short transactions, so that others can read and write meanwhile. " +
    "Later loads compute the scores of what they load with the same constants. One line a provider goes to stdout.",
  options: POPULARITY_OPTIONS,
  afterInterrupt: () => "run the same command again, it counts again from the start",
  examples: [{ line: "ov-stage popularity --db staging.db", what: "after a round of loads" }],
  run: runPopularity,
};

async function runPopularity(invocation: Invocation<typeof POPULARITY_OPTIONS>): Promise<void> {
  const { options, messages } = invocation;
  const percentile = Number(options.percentile);
  if (!(percentile > 0 && percentile < 1)) {
    throw new Failure("usage", `--percentile: '${options.percentile}' is not more than 0 and less than 1`);
  }
  const { computePopularity, METRICS } = await import("../../store/staging/index.js");
  const provider = options.provider;
  const known = Object.values(METRICS).flatMap(Object.keys);
  if (provider !== undefined && !known.includes(provider)) {
    throw new Failure("usage", `${provider} counts nothing that we know; these do: ${known.join(", ")}`);
  }
  let updated = 0;
  await writing(invocation, async (database, path) => {
    const output = openOutput();
    const media = options.media;
    const settings = { now: nowOf(options.now), percentile, provider, media };
    const turns = await turnsOf(invocation, database, path);
    for await (const result of computePopularity(database, settings, turns)) {
      updated += result.updated;
      await output.write(JSON.stringify(result));
    }
    await output.end();
  });
  messages.info(`${options.db}: ${counted(updated, "score")} changed`);
}

const REINGEST_OPTIONS = [
  { flags: "--commands", description: "ready command lines of ov-fetch instead of days" },
  SHARED.now,
] as const satisfies OptionTable;

export const reingest: Command<typeof REINGEST_OPTIONS> = {
  name: "reingest",
  summary: "Lists the days of a provider to fetch again.",
  description:
    "Old works change at their source: they are viewed, retitled, taken away. This lists the days whose works are to " +
    "be fetched again, today first: recent days closely, older ones further and further apart (flickr 128 days, up to " +
    "28 years back). A list for every day covers the years in between. Prints one day a line, or with --commands one " +
    "command line.",
  operands: {
    usage: "PROVIDER",
    offer: "reingested",
    description: "europeana, flickr, met, phylopic or wikimedia",
    min: 1,
    max: 1,
  },
  options: REINGEST_OPTIONS,
  examples: [
    { line: "ov-stage reingest flickr --now 2026-01-31 | head -3", what: "the first three days" },
    { line: "ov-stage reingest flickr --commands", what: "what to run" },
  ],
  run: runReingest,
};

async function runReingest({ options, operands }: Invocation<typeof REINGEST_OPTIONS>): Promise<void> {
  const { dayBefore, REINGESTED, reingestionDays } = await import("../../store/staging/index.js");
  const provider = operands[0] as string;
  if (!REINGESTED.includes(provider)) {
    throw new Failure("usage", `${provider} has no list of days; these have: ${REINGESTED.join(", ")}`);
  }
  const days = reingestionDays(provider)
    .flat()
    .map((before) => dayBefore(nowOf(options.now), before));
  await printLines(options.commands ? days.map((day) => `ov-fetch ${provider} --date ${day}`) : days);
}
