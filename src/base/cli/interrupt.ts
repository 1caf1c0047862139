import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Failure, OUTCOMES } from "../failure.js";
import { stopProgress } from "./progress.js";

/** Ctrl-C, `kill`, and a terminal that goes away. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How a command is asked to end: the first signal aborts it, so that work in hand ends in order; the second ends it at once. */
export class Interrupt {
  /** What to do after it. */
  advice = "nothing was begun; run the same command again";
  readonly #controller = new AbortController();

  constructor() {
    const interrupt = () => {
      stopProgress();
      if (this.signal.aborted) process.exit(OUTCOMES.interrupted.exit);
      this.#controller.abort(new Failure("interrupted", `interrupted: ${this.advice}`));
    };
    const outlives = () => {};
    for (const signal of SIGNALS) {
      process.on(signal, signal === "SIGHUP" && isHangupIgnored() ? outlives : interrupt);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
}

/**
 * Whether somebody wants us to outlive the terminal, as nohup does. Node forgets which signals it was started to ignore, so
 * we ask who started us, who ignores them as well where a script or a service does; and bash names nohup in `_`.
 */
function isHangupIgnored(): boolean {
  if (basename(process.env._ ?? "") === "nohup") return true;
  try {
    const status = readFileSync(`/proc/${process.ppid}/status`, "utf8");
    // A mask in hexadecimal; the first bit is that of the first signal, SIGHUP: proc(5).
    const [, mask = "0"] = /^SigIgn:\s*([\da-f]+)$/m.exec(status) ?? [];
    return Number.parseInt(mask.slice(-1), 16) % 2 === 1;
  } catch {
    return false;
  }
}
