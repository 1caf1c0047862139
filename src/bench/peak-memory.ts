import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Loaded before a program (`node --import`): writes the most memory that its process had, in bytes, to a file. */
const file = process.env.OV_PEAK_MEMORY;
if (isMainThread && file) {
  process.on("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)));
}
