import type { TestContext } from "node:test";
import { Failure } from "../../base/failure.js";
import { FakeClock } from "../../base/http/fake-clock.test.util.js";
import type { BadLine, JsonObject } from "../../base/ndjson/index.js";
import type { Ending } from "../../testing/hostile/attack.js";
import { temporaryFolder } from "../../testing/run.js";
import { Collector, type PageSoFar } from "../engine/collector.js";
import type { Provider } from "../engine/provider.js";
import { openWalk, type Walk } from "../engine/walk.js";

/** The limits of a walk in tests, in milliseconds and bytes: little patience is for servers that are slow. */
const LIMITS = { size: 8 * 1024 * 1024 };
const LITTLE_PATIENCE = { ...LIMITS, headers: 250, body: 250, total: 500 };

/** How a walk in tests went. */
export interface Walked extends Ending {
  readonly written: number;
  readonly bad: readonly BadLine[];
  readonly clock: FakeClock;
}

/** Walks a provider as `ov-fetch` does, with waits that take no time. */
export async function walkHastily(
  t: TestContext,
  provider: Provider,
  baseUrl: string,
  { isSlow, stateFolder = temporaryFolder(t) }: { isSlow?: true; stateFolder?: string } = {},
): Promise<Walked> {
  const messages: string[] = [];
  const bad: BadLine[] = [];
  const clock = new FakeClock();
  const { signal } = new AbortController();
  const key = provider.key && "a-key-0123456789";
  const day = { since: "2024-02-28", until: "2024-02-28" };
  const walk = await openWalk(provider, {
    ...{
      baseUrl,
      key,
      stateFolder,
      signal,
      version: "0",
      contact: undefined,
      database: undefined,
    },
    query: provider.coverage === "dated" ? day : {},
    ...{ restart: false, outputFile: () => undefined },
    onRetry: (problem) => messages.push(problem),
    lock: { wait: false, signal, onWait: () => {} },
    time: { clock, limits: isSlow ? LITTLE_PATIENCE : LIMITS },
  });
  const collector = new Collector({
    // No test asks the servers that files are on.
    ...{
      provider,
      key,
      tools: { ...walk.tools, fileSize: async () => 1 },
      raw: false,
      limit: Number.POSITIVE_INFINITY,
      stopsAtDrift: true,
    },
    output: { write: () => undefined },
    onBadLine: (one) => void bad.push(one),
  });
  const ended = (outcome: Ending["outcome"]) => ({
    outcome,
    messages,
    written: collector.written,
    bad,
    clock,
  });
  try {
    await takeAll(walk, collector, messages);
    await walk.forgetPosition();
    return ended("done");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await walk.settlePosition();
    messages.push(error.message);
    return ended(error.outcome);
  } finally {
    await walk.close();
  }
}

async function takeAll(walk: Walk, collector: Collector, messages: string[]): Promise<void> {
  let before = walk.from?.items ?? 0;
  for await (const page of walk.pages(collector.onBadLine)) {
    if (page.warning !== undefined) messages.push(page.warning);
    const take = async (items: readonly JsonObject[], whole?: PageSoFar) => {
      await collector.take({ file: "walk", before, items, ...(whole && { page: whole }) });
      before += items.length;
    };
    await take(page.items);
    const sent = { began: "", first: [], last: [], written: collector.written };
    await walk.keepPosition(page.next, { bytesWritten: 0, items: before, sent });
  }
}
