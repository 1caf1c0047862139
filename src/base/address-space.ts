import { readFileSync } from "node:fs";
import { Failure } from "./failure.js";

/** Addresses that the process may take: V8 ends the process where there are too few, and nothing in it can catch that. */

/** Refuses to go on where fewer bytes are left; where they are left out, what a command takes beside Node at its start. */
export function refuseWithoutAddresses(bytes = 128 * 1024 * 1024): void {
  if (addressesLeft() >= bytes) return;
  throw new Failure("temporary", "no room for more addresses: allow more with ulimit -v");
}

/** How many bytes of addresses the process may still take, by proc(5). */
function addressesLeft(): number {
  try {
    const [, limit] = /^Max address space +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    if (limit === undefined) return Number.POSITIVE_INFINITY;
    const [, taken] = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(limit) - Number(taken) * 1024;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
