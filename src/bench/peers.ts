import { spawnSync } from "node:child_process";
import duckdb from "@duckdb/node-api";

/** The programs that ours are measured against: what they are called in the output, with their versions and threads. */

const firstLine = (line: string) =>
  spawnSync("bash", ["-c", line], { encoding: "utf8" }).stdout?.split("\n", 1)[0]?.trim() ?? "";

const version = (line: string) => /\d+(\.\d+)+/.exec(firstLine(line))?.[0] ?? "";

export const ZCAT = `zcat (gzip ${version("gzip --version")}), 1 thread`;
export const PYTHON = `Python ${version("python3 --version")} loop, 1 thread`;
export const NODE = `Node ${process.version.slice(1)}`;
export const DUCKDB = `DuckDB ${duckdb.version().slice(1)}, 2 threads`;
export const SQLITE = `sqlite3 ${version("sqlite3 --version")}, 1 thread`;
export const SQLITE_UTILS = `sqlite-utils ${version("sqlite-utils --version")}, 1 thread`;
export const JQ = `jq ${version("jq --version")}`;

/** Whether all of some programs are here; says which are not. */
export function hasPrograms(what: string, ...names: string[]): boolean {
  const absent = names.filter((name) => spawnSync("bash", ["-c", `command -v ${name}`]).status !== 0);
  if (absent.length > 0)
    console.log(`\n${what}: not measured, for there is no ${absent.join(" and no ")} here (apt-get install)`);
  return absent.length === 0;
}
