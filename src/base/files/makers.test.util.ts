import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Maker, temporaryName } from "./temporary.js";

/** Makers of temporary names, for tests: runs that died, and others. */

/** This process, as it names itself. */
export function thisRun(): Maker {
  const [, place = "", pid, start] = basename(temporaryName("x")).split("-");
  return { place, pid: Number(pid), start: Number(start) };
}

/** A run of this machine that has ended. */
export function deadRun(): Maker {
  return { ...thisRun(), pid: spawnSync("true").pid };
}

/** A process that goes on. */
export function livingRun(pid: number): Maker {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return { ...thisRun(), pid, start: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]) };
}

/** A run in another container, or on another machine. */
export function strangeRun(): Maker {
  return { ...thisRun(), place: "0123abcd" };
}
