import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Invocation, openInputs } from "../command-line/index.js";
import { openRejects } from "../ndjson/index.js";
import { isTableFile, joinedItems, type Provider, savedItems } from "../providers/index.js";
import { collect, type Take } from "./fetch-collect.js";

/** Turns saved answers into records. */
export async function fetchSaved(
  invocation: Invocation,
  provider: Provider,
  files: readonly string[],
): Promise<void> {
  const rejects = await openRejects(invocation.options.rejects as string | undefined);
  const collecting = { provider, tools: {}, rejects, isLive: false };
  if (provider.tables && files.some(isTableFile)) {
    return collect(invocation, collecting, (take) => joinSaved(provider, files, take));
  }
  await collect(invocation, collecting, async (take, _output, onBadLine) => {
    for await (const input of openInputs(files, invocation.signal)) {
      let before = 0;
      for await (const items of savedItems(input, provider, onBadLine)) {
        if (!(await take({ file: input.name, before, items }))) return;
        before += items.length;
      }
    }
  });
}

/** Joins the tables of a saved dump, in a database that is removed at the end. */
async function joinSaved({ name }: Provider, files: readonly string[], take: Take): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ov-fetch-"));
  try {
    let before = 0;
    for await (const items of joinedItems(files, join(folder, "join.db"))) {
      if (!(await take({ file: name, before, items }))) return;
      before += items.length;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
