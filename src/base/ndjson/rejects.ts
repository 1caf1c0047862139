import { type OutputOptions, openGrowing, WholeFile } from "../files/index.js";
import { visible, visibleJson } from "../visible.js";
import { type BadLine, type OnBadLine, stopAtBadLine } from "./records.js";

/** Where bad lines go, and how many there were. */
export interface Rejects {
  readonly count: number;
  /** Writes one bad line down, or throws where there is no rejects file. */
  readonly onBadLine: OnBadLine;
  /** Puts the rejects file in place. */
  commit(): Promise<void>;
  /** Removes the rejects file; for a command that failed. */
  abandon(): Promise<void>;
}

/**
 * Opens the rejects file. Without one, the first bad line stops the command. A bad line is written as
 * `{"line":123,"error":"…","code":"…","input":"…"}`, with `file` first when it did not come from stdin, and `item`
 * instead of `line` when it is an item inside an answer.
 * The file appears when the command is done, also when it is empty: an empty file says that nothing was rejected.
 */
export async function openRejects(path: string | undefined, options?: OutputOptions): Promise<Rejects> {
  if (path === undefined) {
    return { count: 0, onBadLine: stopAtBadLine, commit: async () => {}, abandon: async () => {} };
  }
  const file = await WholeFile.create(path, options);
  return rejectsIn(file, { commit: () => file.commit(), abandon: () => file.abandon() });
}

/**
 * Opens the rejects file of work that goes on after a break: it is written line by line and stays when the work is
 * cut off, and `goesOn` adds to what an earlier run has written.
 */
export async function openLastingRejects(
  path: string | undefined,
  options: { readonly goesOn: boolean; readonly signal: AbortSignal },
): Promise<Rejects> {
  if (path === undefined) return openRejects(path);
  const file = await openGrowing(path, options);
  const close = () => file.close();
  return rejectsIn(file, { commit: close, abandon: close });
}

function rejectsIn(
  file: { write(text: string): unknown },
  ends: Pick<Rejects, "commit" | "abandon">,
): Rejects {
  const rejects = {
    count: 0,
    onBadLine: async (bad: BadLine) => {
      rejects.count++;
      await file.write(`${rejectLine(bad)}\n`);
    },
    ...ends,
  };
  return rejects;
}

/** For people, who look at it in a terminal, as well as for programs: the reason is a message, and the rest is what it was. */
function rejectLine({ file, line, item, error, code, input }: BadLine): string {
  const name = file === "stdin" ? {} : { file };
  return visibleJson(JSON.stringify({ ...name, line, item, error: visible(error), code, input }));
}
