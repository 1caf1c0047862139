import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { appendFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure, systemReason } from "../failure.js";
import { type Clock, systemClock } from "./clock.js";

/** The most requests that a server allows in a UTC day or month. */
export interface BudgetRules {
  readonly requests: number;
  readonly per: "day" | "month";
}

/** Counts requests across runs. */
export interface RequestBudget {
  /** Counts one request. Throws a `Failure` (`temporary`) when there is none left, and says when there will be. */
  spend(): Promise<void>;
}

/**
 * Opens the budget of one server. The count is the size of a file: every request adds a byte, so that several runs at
 * once share it, and one that is killed loses nothing. There is a file for every day or month; older ones are removed.
 */
export function openBudget(
  folder: string,
  { provider, baseUrl }: { provider: string; baseUrl: string },
  { requests, per }: BudgetRules,
  clock: Pick<Clock, "now"> = systemClock,
): RequestBudget {
  const digest = createHash("sha256").update(new URL(baseUrl).host).digest("hex").slice(0, 8);
  const begin = `${provider}-${digest}-requests-`;
  const problem = (error: unknown) =>
    new Failure("no_output", `cannot count requests in ${folder}: ${systemReason(error)}`, { cause: error });
  return {
    async spend() {
      const now = new Date(clock.now());
      const path = join(folder, `${begin}${now.toISOString().slice(0, per === "day" ? 10 : 7)}`);
      try {
        const spent = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        if (spent >= requests) throw usedUp(provider, { requests, per }, now);
        if (spent === 0) await removeOthers(folder, begin);
        await appendFile(path, ".");
      } catch (error) {
        throw error instanceof Failure ? error : problem(error);
      }
    },
  };
}

/** No request can be sent any more until the next day or month. */
export class BudgetSpent extends Failure {}

function usedUp(provider: string, { requests, per }: BudgetRules, now: Date): BudgetSpent {
  return new BudgetSpent(
    "temporary",
    `all ${requests} requests that ${provider} allows a ${per} are used up: ` +
      `run the same command again after ${refillOf(per, now)}, it goes on from here`,
  );
}

/** When the next day or month begins, as `2026-02-01T00:00Z`. */
export function refillOf(per: BudgetRules["per"], now: Date): string {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const next = new Date(per === "day" ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1));
  return `${next.toISOString().slice(0, 16)}Z`;
}

async function removeOthers(folder: string, begin: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const old = (await readdir(folder)).filter((name) => name.startsWith(begin));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}
