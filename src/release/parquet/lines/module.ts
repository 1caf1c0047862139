import { builtFile } from "../../../base/own-files.js";
import { moduleAt } from "../../../base/wasm/index.js";
import { Problem } from "./shared.js";

/** What the module offers; see assembly/. Leaves, nodes, and what is named `at` or `starts` are addresses. */
export interface LinesModule {
  readonly memory: WebAssembly.Memory;
  input(bytes: number): number;
  newLeaf(number: number, maxDefinitionLevel: number, maxRepetitionLevel: number): number;
  freeLeaf(leaf: number): void;
  pageRoom(leaf: number, bytes: number): number;
  openPage(
    leaf: number,
    entries: number,
    repetitionBytes: number,
    definitionBytes: number,
    indexBytes: number,
    kind: number,
  ): void;
  openBooleans(
    leaf: number,
    repetitionBytes: number,
    definitionBytes: number,
    bytes: number,
    hasRuns: number,
  ): void;
  start(leaf: number): void;
  isDone(leaf: number): number;
  setTexts(
    leaf: number,
    isDictionary: number,
    at: number,
    starts: number,
    count: number,
    gap: number,
  ): number;
  setJson(leaf: number, isDictionary: number, at: number, starts: number, count: number, gap: number): number;
  setIntegers(leaf: number, isDictionary: number, at: number, count: number, kind: number): void;
  setTimestamps(
    leaf: number,
    isDictionary: number,
    at: number,
    count: number,
    unitsPerSecond: number,
    isUtc: number,
  ): number;
  setMade(leaf: number, isDictionary: number, at: number, ends: number, count: number): void;
  newNode(
    kind: number,
    definitionLevel: number,
    repetitionLevel: number,
    isSparse: number,
    column: number,
  ): number;
  addLeaf(node: number, leaf: number): void;
  addBelow(node: number, below: number): void;
  keyRoom(node: number, bytes: number): number;
  freeNode(node: number): void;
  keepRoom(bytes: number): number;
  writeRows(row: number, from: number, to: number, isChosen: number): number;
  linesAt(): number;
  linesBytes(): number;
  jsonRoom(bytes: number): number;
  wroteJson(bytes: number): void;
}

/** What the module asks of its host. */
export interface LinesHost {
  nextPage(leaf: number): number;
  nextValues(leaf: number): void;
  writeColumn(column: number): void;
  fail(problem: Problem): void;
}

const WORDS: Readonly<Record<Problem, string>> = {
  [Problem.tooFewEntries]: "a column has fewer entries than there are rows",
  [Problem.tooFewValues]: "the page has fewer values than it says",
  [Problem.notTogether]: "columns do not have the same rows",
  [Problem.tooHighLevel]: "a level is higher than any",
  [Problem.noDictionary]: "a value is in no dictionary",
  [Problem.notInDictionary]: "a value is not in the dictionary",
  [Problem.longRun]: "the length of a run has more than 32 bits",
  // In the words of the engine, for it is the same limit.
  [Problem.tooLong]: "Invalid string length",
};

export function fail(problem: Problem): never {
  throw new RangeError(WORDS[problem]);
}

let host: Omit<LinesHost, "fail">;

/** One a thread, whichever file is read: the host of a call is set before it. */
export const lines = moduleAt<LinesModule>(
  builtFile("release/parquet/lines/lines.wasm"),
  "the writer of lines",
)({
  nextPage: (leaf: number) => host.nextPage(leaf),
  nextValues: (leaf: number) => host.nextValues(leaf),
  writeColumn: (column: number) => host.writeColumn(column),
  fail,
} satisfies LinesHost);

export function setHost(next: Omit<LinesHost, "fail">): void {
  host = next;
}

/** Puts bytes into the module's memory, which moves when it grows. */
export function put(at: number, bytes: Uint8Array): void {
  new Uint8Array(lines.memory.buffer, at, bytes.length).set(bytes);
}
