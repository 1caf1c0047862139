import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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

/** Starts a load, which has the lock and has read `text` when this is done. */
export async function heldLoad(db: string, text: string, ...args: string[]): Promise<HeldLoad> {
  const before = inputsKept(db);
  const child = start(["ov-stage", "load", "--db", db, ...args]);
  child.stdin?.on("error", () => {}).write(text);
  const end = finished(child);
  const length = Buffer.byteLength(text);
  await until(() => {
    assert.equal(child.exitCode, null, "the load ended by itself");
    const kept = inputsKept(db).filter((path) => !before.includes(path));
    return kept.some((path) => statSync(path, { throwIfNoEntry: false })?.size === length);
  });
  return { child, end };
}

/** The files beside a database that keep what loads read. */
export function inputsKept(db: string): string[] {
  return readdirSync(dirname(db))
    .filter((name) => name.startsWith(`${basename(db)}-input-`))
    .map((name) => join(dirname(db), name));
}

/** A load that has read `text` and is killed then: its file is left. */
export async function killedLoad(db: string, text: string, ...args: string[]): Promise<void> {
  const { child, end } = await heldLoad(db, text, ...args);
  child.kill("SIGKILL");
  assert.equal((await end).code, "SIGKILL");
}
