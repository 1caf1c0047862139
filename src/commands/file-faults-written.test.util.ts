import { appendFileSync, linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_OUTPUT, OK, READ, USAGE, WRITTEN } from "./file-faults.test.util.js";
import { device, type FileFault, fifo, folder, instead, linked } from "./file-faults-read.test.util.js";

/** The faults of the table in files and folders that are written. */

/** Another name for the same bytes. */
const SAME: readonly (readonly [string, (from: string, to: string) => unknown])[] = [
  ["a link to what it reads", (from, to) => symlinkSync(from, to)],
  ["what it reads under a second name", (from, to) => linkSync(from, to)],
];

/** What may be wrong with a file that is written. Before each run it holds what was written yesterday. */
export const OUTPUT_FAULTS: readonly FileFault[] = [
  ...READ.concat("DB").map(
    (word): FileFault => ({
      name: `the file that is read: ${word}`,
      with: word,
      on: WRITTEN,
      make: () => {},
      path: (_, home) => (word === "DB" ? "staging.db" : join(home, word.toLowerCase())),
      end: USAGE,
    }),
  ),
  ...SAME.map(
    ([name, make]): FileFault => ({
      name,
      with: "INPUT",
      on: ["REJECTS"],
      make: (path, home) => {
        rmSync(path);
        make(join(home, "input"), path);
      },
      end: USAGE,
    }),
  ),
  {
    name: "a folder",
    on: WRITTEN,
    make: folder,
    end: NO_OUTPUT,
  },
  {
    name: "a link to a file",
    on: WRITTEN,
    make: linked,
    end: OK,
  },
  {
    name: "a link to nothing",
    isVariety: true,
    on: WRITTEN,
    make: instead((path) => symlinkSync("later", path)),
    end: { codes: [0, 73] },
  },
  {
    name: "a FIFO",
    on: WRITTEN,
    make: instead(fifo),
    beside: 'timeout 20 cat "$1" > /dev/null',
    end: OK,
  },
  {
    name: "the device that takes all",
    on: WRITTEN,
    make: instead(device("3")),
    end: OK,
    needs: "devices",
  },
  {
    name: "the device that is full",
    on: WRITTEN,
    make: instead(device("7")),
    end: NO_OUTPUT,
    ends: { "ov-parse-flickr-url": { codes: [0, 73] } },
    needs: "devices",
  },
  {
    name: "no folder for it",
    isVariety: true,
    on: WRITTEN,
    make: () => {},
    path: (path) => path.replace(/(\w+)$/, "nowhere/$1"),
    end: NO_OUTPUT,
  },
  {
    name: "a folder of others' files",
    on: ["OUT"],
    make: (path) => {
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path);
      appendFileSync(join(path, "letter.txt"), "dear");
    },
    end: NO_OUTPUT,
  },
  {
    name: "the folder of the input",
    on: ["OUT"],
    make: () => {},
    path: (_, home) => home,
    end: { codes: [2, 73] },
  },
  {
    name: "a file",
    on: ["OUT"],
    make: instead((path) => writeFileSync(path, "mine\n")),
    end: NO_OUTPUT,
  },
  {
    name: "a link to a folder",
    on: ["OUT"],
    make: linked,
    end: { codes: [0, 73] },
  },
  {
    name: "a full disk",
    on: [...WRITTEN, "OUT"],
    make: () => {},
    path: (path) => path.replace(/(\w+)$/, "full/$1"),
    end: NO_OUTPUT,
    ends: { "ov-parse-flickr-url": { codes: [0, 73] } },
    needs: "disk",
  },
  {
    name: "a read-only disk",
    isVariety: true,
    on: [...WRITTEN, "OUT"],
    make: () => {},
    path: (path) => path.replace(/(\w+)$/, "read-only/$1"),
    end: NO_OUTPUT,
    needs: "disk",
  },
];
