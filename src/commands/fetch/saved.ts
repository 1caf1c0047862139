import { rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openInputs, openOutput, startProgress } from "../../base/cli/index.js";
import { Failure, orFail } from "../../base/failure.js";
import { entriesUnder, makeScratch } from "../../base/files/index.js";
import { type OnBadLine, openRejects } from "../../base/ndjson/index.js";
import { DroppedTally } from "../../record/index.js";
import { isTableFile, type Provider, savedItems } from "../../sources/engine/index.js";
import { convertInThreads, PROVIDERS } from "../../sources/providers/index.js";
import { collect, readKey, summarize, type Take } from "./collect.js";
import type { Fetching } from "./options.js";

/** Threads take longer to start than less than this takes to read, in bytes. */
const WORTH_THREADS = 8 * 1024 * 1024;

/** Turns saved answers into records. */
export async function fetchSaved(
  invocation: Fetching,
  provider: Provider,
  named: readonly string[],
): Promise<void> {
  const files = await withoutFolders(named);
  const isDump = provider.joinTables !== undefined && files.some(isTableFile);
  if (!isDump && (await isWorthThreads(invocation, files))) return convertFiles(invocation, provider, files);
  return convertHere(invocation, provider, files);
}

/** Folders stand for the files in them, in the order of their names. */
async function withoutFolders(named: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of named) {
    const found = path === "-" ? undefined : await stat(path).catch(() => undefined);
    if (!found?.isDirectory()) {
      files.push(path);
      continue;
    }
    const entries = await entriesUnder(path);
    const inside = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => join(entry.parentPath, entry.name));
    if (inside.length === 0) throw new Failure("no_input", `there are no files in ${path}`);
    files.push(...inside.sort());
  }
  return files;
}

async function isWorthThreads({ options }: Fetching, files: readonly string[]): Promise<boolean> {
  // A limit counts records across files, one after the other.
  if (files.length < 2 || files.includes("-") || options.limit !== undefined) return false;
  if (availableParallelism() < 2) return false;
  let bytes = 0;
  for (const file of files) {
    bytes += (await stat(file).catch(() => undefined))?.size ?? 0;
    if (bytes >= WORTH_THREADS) return true;
  }
  return false;
}

/** Turns files into records in as many threads as there are cores; this one only writes. */
async function convertFiles(
  { options, messages, signal }: Fetching,
  provider: Provider,
  files: readonly string[],
): Promise<void> {
  const key = await readKey({ options }, provider);
  const rejects = await openRejects(options.rejects, { signal });
  const output = openOutput();
  const progress = await startProgress(messages, "records");
  const total = { written: 0, skipped: new Map(), keysCut: new Map(), dropped: new DroppedTally() };
  const threads = Math.min(availableParallelism(), files.length);
  const setup = { provider: provider.name, key, raw: options.raw, strict: options.strict };
  const parts = convertInThreads(files, { ...setup, threads, signal });
  try {
    for await (const part of parts) {
      const full = output.writeLines(part.output);
      if (full) await full;
      total.written += part.written;
      addCounts(total.skipped, part.skipped);
      addCounts(total.keysCut, part.keysCut);
      total.dropped.include(part.dropped);
      for (const bad of part.bad) await rejects.onBadLine(bad);
      progress.update(total.written, `${rejects.count} rejected`);
    }
    await output.end();
    await rejects.commit();
  } finally {
    progress.stop();
    await rejects.abandon();
  }
  summarize({ options, messages }, total, rejects.count);
}

function addCounts<Name>(total: Map<Name, number>, counts: Iterable<readonly [Name, number]>): void {
  for (const [name, count] of counts) total.set(name, (total.get(name) ?? 0) + count);
}

async function convertHere(
  invocation: Fetching,
  provider: Provider,
  files: readonly string[],
): Promise<void> {
  // The answers may be somebody else's; where they are ours, they may quote our key.
  const key = await readKey(invocation, provider);
  const rejects = await openRejects(invocation.options.rejects, invocation);
  const collecting = { provider, key, tools: {}, rejects, isLive: false };
  if (provider.joinTables && files.some(isTableFile)) {
    return collect(invocation, collecting, (take, _output, onBadLine) =>
      joinSaved(provider, files, { take, onBadLine }),
    );
  }
  await collect(invocation, collecting, async (take, _output, onBadLine) => {
    for await (const input of openInputs(files, invocation.signal)) {
      let before = 0;
      for await (const items of savedItems(input, provider, onBadLine, PROVIDERS)) {
        if (!(await take({ file: input.name, before, items }))) return;
        before += items.length;
      }
    }
  });
}

/** Joins the tables of a saved dump, in a database that is removed at the end. */
async function joinSaved(
  { name, joinTables }: Provider,
  files: readonly string[],
  { take, onBadLine }: { take: Take; onBadLine: OnBadLine },
): Promise<void> {
  const folder = await orFail("create", tmpdir(), async () => makeScratch("ov-fetch"));
  try {
    let before = 0;
    for await (const items of joinTables?.(files, join(folder, "join.db"), onBadLine) ?? []) {
      if (!(await take({ file: name, before, items }))) return;
      before += items.length;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
