import { relative } from "node:path";
import { Readable } from "node:stream";
import { spec } from "node:test/reporters";

/**
 * For `node --test --test-reporter`: of thousands of tests it prints those that fail, with all that is known of them, and
 * those that are skipped, with the reason; then the counts, the ten slowest tests and the minutes that it took.
 */

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly message?: string;
    readonly name?: string;
    readonly file?: string;
    /** 0 for a test of a file, one more for each test or suite around it. */
    readonly nesting?: number;
    readonly skip?: string | boolean;
    readonly details?: { readonly duration_ms: number; readonly type?: string };
  };
}

/** A test that has ended. */
interface Timed {
  readonly name: string;
  readonly file: string;
  readonly nesting: number;
  readonly milliseconds: number;
}

const MOST = 10;
/** What the runner says of all files together, as diagnostics that look like those of tests. */
const COUNT = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

export default async function* reporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const began = performance.now();
  const timed = new Map<string, Timed[]>();
  const counts: string[] = [];
  const shown = async function* () {
    for await (const event of events) {
      const { type, data } = event;
      note(timed, event);
      if (type === "test:diagnostic" && COUNT.test(data.message ?? "")) counts.push(data.message ?? "");
      else if (type === "test:pass" ? isSkipped(data.skip) : type !== "test:start") yield event;
    }
  };
  for await (const text of Readable.from(shown()).compose(new spec())) yield String(text);
  yield slowest([...timed.values()].flat());
  yield `\n${counts.filter((count) => !/ 0$|^duration/.test(count)).join(", ")}\n`;
  yield `${((performance.now() - began) / 60_000).toFixed(1)} minutes on Node ${process.version}\n`;
}

/** Whether it could not be run here; with a pattern for names, most are skipped for that. */
function isSkipped(reason: string | boolean | undefined): boolean {
  return reason !== undefined && reason !== "test name does not match pattern";
}

/** Keeps how long a test took; one with tests of its own stands for them, a suite does not. */
function note(timed: Map<string, Timed[]>, { type, data }: TestEvent): void {
  const { name = "", file = "", nesting = 0, details } = data;
  if (!/^test:(?:pass|fail)$/.test(type) || details === undefined || details.type === "suite") return;
  const others = (timed.get(file) ?? []).filter((one) => one.nesting <= nesting);
  timed.set(file, [...others, { name, file, nesting, milliseconds: details.duration_ms }]);
}

function slowest(all: readonly Timed[]): string {
  const sorted = [...all].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, MOST);
  const lines = sorted.map(({ name, file, milliseconds }) => {
    const path = relative(process.cwd(), file).replace(/^dist\//, "");
    return `${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${name}  (${path})\n`;
  });
  return `\nthe slowest tests:\n${lines.join("")}`;
}
