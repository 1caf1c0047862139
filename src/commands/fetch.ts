import {
  type Command,
  endIfNothingGood,
  formatTable,
  type Invocation,
  type Options,
  openInputs,
  openOutput,
  packageVersion,
  REJECTS_OPTION,
  readSecret,
  startProgress,
  stateFolder,
} from "../command-line/index.js";
import { Failure } from "../failure.js";
import { type LineWriter, type OnBadLine, openRejects } from "../ndjson/index.js";

/** `ov-fetch`: from a provider, or saved answers of it, to media records. */
export const fetch: Command = {
  name: "ov-fetch",
  summary: "Fetches the media records of a provider.",
  description:
    "Asks a provider's API for its works, page by page and politely, and writes one cleaned media record a line. " +
    "With --input it reads saved API answers instead and needs no network: whole answers, lists of items, or items " +
    "one a line as --raw writes them. An item that has no open licence or no media file gives no record; the " +
    "summary counts such items by reason.",
  operands: {
    usage: "PROVIDER [FILE...]",
    description: "the provider, and more files for --input",
    min: 0,
    max: Number.POSITIVE_INFINITY,
  },
  options: [
    { flags: "--list", description: "show the providers: media, key needed, dated or full, licences" },
    { flags: "--input <file>", description: "read saved API answers; `-` is stdin" },
    { flags: "--raw", description: "write the source's items untouched instead of records" },
    {
      flags: "--limit <number>",
      description: "stop after this many records (items with --raw)",
      type: "count",
    },
    {
      flags: "--date <day>",
      description: "works of one day, YYYY-MM-DD in UTC (dated providers)",
      type: "date",
    },
    { flags: "--since <day>", description: "works from this day on", type: "date" },
    { flags: "--until <day>", description: "works up to this day, included", type: "date" },
    { flags: "--base-url <url>", description: "ask this address instead of the provider's" },
    {
      flags: "--api-key-file <file>",
      description: "read the API key from this file instead of the environment",
    },
    {
      flags: "--contact <address>",
      description: "e-mail or web address to tell the provider (default: OV_CONTACT)",
    },
    {
      flags: "--state <dir>",
      description: "where the place in a long walk is kept (default: ~/.local/state/ov-tools)",
    },
    { flags: "--restart", description: "start from the first page, whatever an earlier run has done" },
    REJECTS_OPTION,
  ],
  examples: [
    {
      line: "ov-fetch clevelandmuseum --limit 500 > cleveland.ndjson",
      what: "fetch some works of the Cleveland Museum of Art, which needs no key",
    },
    {
      line: "ov-fetch flickr --input fixtures/flickr/page-1.json | jq -r .title",
      what: "turn a saved API answer into records",
    },
    { line: "ov-fetch --list", what: "see which providers there are" },
  ],
  readsStdin: (operands, { input }) => input === "-" && operands.length === 1,
  run,
};

type Providers = typeof import("../providers/index.js");
type Provider = import("../providers/index.js").Provider;
type Batch = import("../providers/index.js").Batch;

async function run(invocation: Invocation): Promise<void> {
  const { operands, options } = invocation;
  const providers = await import("../providers/index.js");
  if (options.list) return list(providers);
  const [name, ...files] = operands;
  if (name === undefined) throw new Failure("usage", "name a provider; ov-fetch --list shows them");
  const provider = providers.findProvider(name);
  if (typeof options.input === "string") {
    await fetchSaved(invocation, providers, provider, [options.input, ...files]);
  } else {
    if (files.length > 0)
      throw new Failure("usage", `one argument too many: ${files[0]} (files go with --input)`);
    await fetchLive(invocation, providers, provider);
  }
}

/** Takes batches until it says that it has had enough. */
type Take = (batch: Batch) => Promise<boolean>;

/** Runs `feed` into a collector, and looks after output, rejects, progress and the summary. */
async function collect(
  { options, messages }: Invocation,
  { Collector }: Providers,
  { provider, fileSize }: { provider: Provider; fileSize?: (url: string) => Promise<number | null> },
  feed: (take: Take, output: LineWriter, onBadLine: OnBadLine) => Promise<void>,
): Promise<void> {
  const rejectsPath = options.rejects as string | undefined;
  const rejects = await openRejects(rejectsPath);
  const output = openOutput();
  const progress = await startProgress(messages, "records");
  const collector = new Collector({
    provider,
    tools: fileSize ? { fileSize } : {},
    output,
    onBadLine: rejects.onBadLine,
    raw: options.raw === true,
    limit: (options.limit as number | undefined) ?? Number.POSITIVE_INFINITY,
  });
  const take = async (batch: Batch) => {
    await collector.take(batch);
    progress.update(collector.written, `${rejects.count} rejected`);
    return !collector.isFull;
  };
  try {
    await feed(take, output, rejects.onBadLine);
    await output.end();
    await rejects.commit();
  } finally {
    progress.stop();
    await rejects.abandon();
  }
  const skipped = [...collector.skipped].map(([reason, count]) => `${count} with ${reason}`).join(", ");
  messages.info(
    `${collector.written} ${options.raw ? "items" : "records"}, ${skipped ? `skipped: ${skipped}; ` : ""}${rejects.count} rejected`,
    { records: collector.written, skipped: Object.fromEntries(collector.skipped), rejected: rejects.count },
  );
  endIfNothingGood(collector.written, rejects.count, rejectsPath);
}

async function fetchSaved(
  invocation: Invocation,
  providers: Providers,
  provider: Provider,
  files: readonly string[],
): Promise<void> {
  await collect(invocation, providers, { provider }, async (take, _output, onBadLine) => {
    for await (const input of openInputs(files, invocation.signal)) {
      let before = 0;
      for await (const items of providers.savedItems(input, provider, onBadLine)) {
        if (!(await take({ file: input.name, before, items }))) return;
        before += items.length;
      }
    }
  });
}

async function fetchLive(invocation: Invocation, providers: Providers, provider: Provider): Promise<void> {
  const { options, messages, signal } = invocation;
  const walk = await providers.openWalk(provider, {
    key: await readKey(provider, options),
    contact: (options.contact as string | undefined) ?? process.env.OV_CONTACT,
    version: packageVersion(),
    baseUrl: options.baseUrl as string | undefined,
    ...days(provider, options),
    // A walk with a limit is a sample: it starts at the beginning every time.
    stateFolder: options.limit === undefined ? stateFolder(options.state as string | undefined) : undefined,
    restart: options.restart === true,
    signal,
    onRetry: (problem, seconds) => messages.warn(`${problem}; trying again in ${seconds.toFixed(1)} s`),
  });
  try {
    await collect(invocation, providers, { provider, fileSize: walk.fileSize }, async (take, output) => {
      let before = 0;
      for await (const { items, next, warning } of walk.pages()) {
        if (warning) messages.warn(warning);
        if (!(await take({ file: provider.name, before, items }))) return;
        before += items.length;
        await output.flush();
        await walk.keepPlace(next, output.bytesWritten);
      }
      await walk.forgetPlace();
    });
  } finally {
    await walk.close();
  }
}

/** The first and last day to ask for; yesterday where a dated provider is given no day. */
function days(
  { coverage, name }: Provider,
  { date, since, until }: Options,
): { since?: string; until?: string } {
  if (coverage === "full") {
    if (date ?? since ?? until)
      throw new Failure("usage", `${name} cannot be asked for days: it is fetched whole`);
    return {};
  }
  if (date !== undefined && (since ?? until) !== undefined) {
    throw new Failure("usage", "--date is one day; it does not go with --since and --until");
  }
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const first = String(date ?? since ?? until ?? yesterday);
  const last = String(date ?? until ?? yesterday);
  if (first > last) throw new Failure("usage", `the first day, ${first}, is after the last, ${last}`);
  return { since: first, until: last };
}

/** The API key, from the file that was named or from the environment. Never from the command line. */
async function readKey({ key, name }: Provider, { apiKeyFile }: Options): Promise<string | undefined> {
  if (!key) return undefined;
  const value = await readSecret(key.variable, apiKeyFile as string | undefined);
  if (!value && key.required) {
    throw new Failure(
      "no_permission",
      `${name} needs an API key: set ${key.variable}, or name a file with --api-key-file; get one at ${key.where}`,
    );
  }
  return value;
}

async function list({ PROVIDERS }: Providers): Promise<void> {
  const output = openOutput();
  const lines = formatTable(
    ["provider", "media", "key", "coverage", "licences"],
    PROVIDERS.map(({ name, media, key, coverage, licenses }) => [
      name,
      media.join(", "),
      key ? `${key.variable}${key.required ? "" : " (optional)"}` : "none",
      coverage,
      licenses,
    ]),
  );
  for (const line of lines) await output.write(line);
  await output.end();
}
