import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Program } from "./timing.js";

/** How often a process is looked at. The kernel keeps its peak, so only growth within the last moment is missed. */
const LOOK_MS = 20;

/** The most memory a program had at a time (its resident set), in MB; 0 where the system does not tell. */
export async function peakMemory([program, ...args]: Program): Promise<number> {
  const child = spawn(program, args, { stdio: "ignore" });
  let peak = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak = Math.max(peak, Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) / 1000);
    } catch {
      // It has ended, or this is no Linux.
    }
  }, LOOK_MS);
  const [code] = await once(child, "exit");
  clearInterval(look);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  return Math.round(peak);
}
