import { readFileSync, readlinkSync } from "node:fs";
import { lstat, readdir, rm, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../failure.js";
import { withoutSlashes } from "./links.js";

/**
 * Names of what is written beside its own name until it is whole: `shards.part-PLACE-PID-START-RANDOMCHECK`, with `-old`
 * at its end for what is being replaced. No two runs share one, wherever they are. What a run that died has left can be told
 * from what a live run is writing, and from files that a person has given such a name:
 *
 * - PLACE: the start of the machine and the space of process numbers, as containers that share a folder have the same numbers
 * - PID, START: the process, and when it was started, as numbers are used again
 * - RANDOM: for two files of one process
 * - CHECK: of all that and the name itself, so that only our own files are ever removed
 */
const FORM = /^\.part-([0-9a-f]{8})-(\d+)-(\d+)-([0-9a-f]{8})([0-9a-f]{8})(?:-old)?$/;

/** Who makes such a name. */
export interface Maker {
  readonly place: string;
  readonly pid: number;
  /** In ticks since the machine was started, as in field 22 of /proc/PID/stat (proc(5)); 0 where there is none. */
  readonly start: number;
}

/** What names of files may have, in bytes (NAME_MAX of Linux), and the longest ending of ours. */
const NAME_BYTES = 255;
const OLD = "-old";

/** A temporary name for a path, of this process and for this once. */
export function temporaryName(path: string, maker: Maker = me()): string {
  const name = basename(path);
  const random = cryptography().randomBytes(4).toString("hex");
  const ending = `.part-${wordsOf(maker)}-${random}${checkOf(name, maker, random)}`;
  // Of a name that is nearly as long as names may be, only the beginning.
  const folder = withoutSlashes(path).slice(0, -name.length);
  return folder + cut(name, NAME_BYTES - ending.length - OLD.length) + ending;
}

/** The name under which what stands at a path is put aside for a while, by the temporary name of what replaces it. */
export function asideName(temporary: string): string {
  return temporary + OLD;
}

export function isAside(leftover: string): boolean {
  return leftover.endsWith(OLD);
}

/** Removes what runs that died left beside a path. What cannot be removed does no harm. */
export async function removeLeftovers(path: string): Promise<void> {
  for (const leftover of await leftoversOf(path)) {
    await rm(leftover, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** The paths of what runs that died left beside a path. */
export async function leftoversOf(path: string): Promise<string[]> {
  const folder = dirname(withoutSlashes(path));
  const name = basename(path);
  const left: string[] = [];
  for (const entry of await readdir(folder).catch(() => [])) {
    const maker = makerOf(entry, name);
    const leftover = join(folder, entry);
    if (maker && (await isDead(maker, leftover))) left.push(leftover);
  }
  return left;
}

/** Who has made a temporary name for a name; undefined where it is not one of ours, or is for another name. */
function makerOf(entry: string, name: string): Maker | undefined {
  const at = entry.lastIndexOf(".part-");
  const [, place = "", pid, start, random = "", check] = (at > 0 && FORM.exec(entry.slice(at))) || [];
  const maker = { place, pid: Number(pid), start: Number(start) };
  const isOurs = name.startsWith(entry.slice(0, at)) && check === checkOf(name, maker, random);
  return isOurs ? maker : undefined;
}

/** What was made elsewhere counts as dead when its time has not changed for this long. */
const FORGOTTEN_MS = 24 * 3600 * 1000;
/** How often a run shows that it is alive. */
const SIGN_OF_LIFE_MS = 3600 * 1000;

async function isDead({ place, pid, start }: Maker, path: string): Promise<boolean> {
  if (place === me().place) return !isRunning(pid, start);
  // Of another container or machine, or from before this one was started: its processes cannot be seen.
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > FORGOTTEN_MS;
}

/** Touches a temporary file or folder from time to time, as a sign of life; returns what ends that. */
export function keptAlive(path: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, SIGN_OF_LIFE_MS).unref();
  return () => clearInterval(timer);
}

function isRunning(pid: number, start: number): boolean {
  const found = startOf(pid);
  // Where processes of others are hidden, a signal that is not sent still tells.
  return found === undefined ? hasNumber(pid) : found === start;
}

function hasNumber(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** When a process was started; -1 for a dead one whose parent has not waited for it; undefined where that is unknown. */
function startOf(pid: number | "self"): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name stands in brackets, and may hold some itself.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return /[ZX]/.test(state) ? -1 : Number(fields[18]);
  } catch {
    return undefined;
  }
}

let ours: Maker | undefined;

/** This process. */
function me(): Maker {
  ours ??= { place: placeOf(), pid: process.pid, start: startOf("self") ?? 0 };
  return ours;
}

function placeOf(): string {
  const parts = [hostname()];
  try {
    parts.push(readFileSync("/proc/sys/kernel/random/boot_id", "latin1"), readlinkSync("/proc/self/ns/pid"));
  } catch {
    // Not Linux: one machine, one space of numbers.
  }
  return hashOf(parts);
}

function wordsOf({ place, pid, start }: Maker): string {
  return `${place}-${pid}-${start}`;
}

function checkOf(name: string, maker: Maker, random: string): string {
  return hashOf(["ov-tools", name, wordsOf(maker), random]);
}

function hashOf(parts: readonly string[]): string {
  return cryptography().createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 8);
}

/** The beginning of a text, whole characters, of at most that many bytes. */
function cut(text: string, bytes: number): string {
  let end = 0;
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** Loaded when something is written: it is seventeen modules of Node, and `--version` needs none of them. */
function cryptography() {
  return process.getBuiltinModule("node:crypto");
}
