import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { linesOf, PROJECT, run } from "../../testing/run.js";

export const FIXTURE = join(PROJECT, "fixtures", "commons", "snapshot.json.gz");
export const packed = readFileSync(FIXTURE);
export const text = gunzipSync(packed).toString();
export const entities = linesOf(text.replaceAll(/^[[\]]$/gm, "").replaceAll(/,$/gm, ""));

export const stream = (args: readonly string[], stdin?: string | Uint8Array) =>
  run(["ov-snapshot-stream", ...args], stdin === undefined ? {} : { stdin });
