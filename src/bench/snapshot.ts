import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, type Program, type Timing } from "./timing.js";

/** Reading snapshots of Commons: against `zcat` alone, and against the loop that most people begin with. */

const ENTITIES = 300_000;
const RUNS = 5;
/** Makes snapshots in the true framing. Not a part of the project. */
const MAKER = fileURLToPath(new URL("../../../shared/bench/make-snapshot.mjs", import.meta.url));
const LOOP = fileURLToPath(new URL("../../src/bench/snapshot-loop.py", import.meta.url));

const bin = (name: string) => fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
const shell = (line: string): Program => ["bash", "-c", line];
const seconds = ({ median, min, max }: Timing) =>
  `median ${(median / 1000).toFixed(2)} s (${(min / 1000).toFixed(2)} to ${(max / 1000).toFixed(2)})`;

/** Prints how long each way of reading takes; each is timed in turn with its peer. */
export function benchSnapshot(): void {
  if (!existsSync(MAKER)) {
    console.log("\nSnapshots: ../shared is absent, so there is none to read");
    return;
  }
  const file = snapshot();
  const ours = `${process.execPath} ${bin("ov-snapshot-stream")} --quiet`;
  const zcat = shell(`zcat ${file} >/dev/null`);
  console.log(`\nA snapshot of ${ENTITIES.toLocaleString("en")} entities, ${RUNS} pairs each`);
  show("--flickr FILE", shell(`${ours} --flickr ${file} >/dev/null`), "zcat FILE", zcat, "at most 0.5");
  show(
    "--keep P12120,P7482",
    shell(`${ours} --keep P12120,P7482 ${file} >/dev/null`),
    "zcat FILE",
    zcat,
    "at most 1.0",
  );
  show("all entities", shell(`${ours} ${file} >/dev/null`), "zcat FILE", zcat, "at most 1.5");
  const pipe = shell(`zcat ${file} | ${ours} --flickr >/dev/null`);
  show(
    "zcat FILE | --flickr",
    pipe,
    "zcat FILE | cat",
    shell(`zcat ${file} | cat >/dev/null`),
    "at most 1.15",
  );
  const loop = shell(`python3 ${LOOP} ${file} >/dev/null`);
  show("--flickr FILE", shell(`${ours} --flickr ${file} >/dev/null`), "Python loop", loop, "at most 0.11", 1);
}

function show(
  name: string,
  ours: Program,
  peerName: string,
  peer: Program,
  target: string,
  runs = RUNS,
): void {
  const result = compare(ours, peer, runs);
  console.log(`  ${name.padEnd(22)}${seconds(result.ours)}`);
  console.log(`  ${peerName.padEnd(22)}${seconds(result.peer)}`);
  console.log(`  ${"ratio".padEnd(22)}${result.ratio.toFixed(2)} (target: ${target})`);
}

/** The snapshot, made where it is not there yet. */
function snapshot(): string {
  const folder = join(tmpdir(), "ov-tools-bench");
  const file = join(folder, `snapshot-${ENTITIES}.json.gz`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync(process.execPath, [MAKER, String(ENTITIES), "1", file], { stdio: "ignore" });
  if (status !== 0) throw new Error(`${MAKER} failed`);
  return file;
}
