import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { finished, type Result, start } from "../testing/run.js";

/** Loads that are killed while they read from a pipe, for tests. */

/** A load that has read something and waits for more. */
export interface HeldLoad {
  readonly child: ChildProcess;
  readonly end: Promise<Result>;
}

/** Waits for something that other processes do. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert.ok(tries < 1000, "waited for 20 seconds");
    await sleep(20);
  }
}

/** Starts load number `run`, which has the lock and has read `text` when this is done. */
export async function heldLoad(db: string, run: number, text: string, ...args: string[]): Promise<HeldLoad> {
  const child = start(["ov-stage", "load", "--db", db, ...args]);
  child.stdin?.on("error", () => {}).write(text);
  const end = finished(child);
  const spool = `${db}-input-${run}`;
  await until(() => {
    assert.equal(child.exitCode, null, "the load ended by itself");
    return existsSync(spool) && statSync(spool).size === Buffer.byteLength(text);
  });
  return { child, end };
}

/** A load that has read `text` and is killed then: its file is left. */
export async function killedLoad(db: string, run: number, text: string, ...args: string[]): Promise<void> {
  const { child, end } = await heldLoad(db, run, text, ...args);
  child.kill("SIGKILL");
  assert.equal((await end).code, "SIGKILL");
}
