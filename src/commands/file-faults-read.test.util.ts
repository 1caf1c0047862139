import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Compressor } from "zstd-napi";
import { BAD_INPUT, type End, NO_INPUT, OK, READ, type Word } from "./file-faults.test.util.js";

/** The faults of the table in files that are read: what is made of a good one, and how commands have to end. */

/** A fault in the file of one word of a command line. */
export interface FileFault {
  readonly name: string;
  readonly on: readonly Word[];
  /** Makes it of a good file. */
  readonly make: (path: string, home: string) => void;
  /** A line of shell that runs beside the command, with the path as `$1`. */
  readonly beside?: string;
  readonly end: End;
  /** By the command or the contents of the file, where it is another. */
  readonly ends?: Readonly<Record<string, End>>;
  /** Another path than that of the file stands in the command line. */
  readonly path?: (path: string, home: string) => string;
  readonly needs?: "devices" | "disk";
  /** Only for commands that read, or keep, this as well. */
  readonly with?: Word;
  /** One of several of its sort: tried with every third file, and those before and after it with the others. */
  readonly isVariety?: true;
}

/** A bad line: rejected and counted, or the end. */
const COUNTED: End = { codes: [0, 65], counted: true };
const LISTS = { list: BAD_INPUT, table: BAD_INPUT, notes: { codes: [0, 65] } };

/** Something else in the place of the file. */
export const instead = (make: (path: string) => void) => (path: string) => {
  rmSync(path, { recursive: true, force: true });
  make(path);
};
export const fifo = (path: string) => spawnSync("mkfifo", [path]);
export const device = (minor: string) => (path: string) => spawnSync("mknod", [path, "c", "1", minor]);
export const folder = instead((path) => mkdirSync(path));
/** It is elsewhere, and a link leads there. */
export const linked = (path: string, home: string) => {
  renameSync(path, join(home, "other"));
  symlinkSync("other", path);
};
const replaced = (make: (bytes: Buffer) => Uint8Array | string) => (path: string) =>
  writeFileSync(path, make(readFileSync(path)));
const flipped = (bytes: Buffer, at: number) => {
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
};
const zstd = (bytes: Buffer) => Buffer.from(new Compressor().compress(bytes));

/** What may be wrong with a file that is read. */
export const INPUT_FAULTS: readonly FileFault[] = [
  { name: "no file", on: READ, make: (path) => rmSync(path), end: NO_INPUT },
  {
    name: "a folder",
    on: READ,
    make: folder,
    end: { codes: [66], words: /folder/ },
    // It reads the answers that lie in it.
    ends: { items: NO_INPUT, parquet: { codes: [65, 66], words: /folder/ } },
  },
  {
    name: "a link to it",
    on: READ,
    make: linked,
    end: OK,
  },
  {
    name: "a link to nothing",
    isVariety: true,
    on: READ,
    make: instead((path) => symlinkSync("nowhere", path)),
    end: NO_INPUT,
  },
  {
    name: "a FIFO",
    on: READ,
    make: (path) => {
      renameSync(path, `${path}.good`);
      fifo(path);
    },
    beside: 'timeout 20 cat "$1.good" > "$1"',
    end: OK,
    // Read from its end, or twice.
    ends: { parquet: { codes: [0, 65, 66] }, manifest: { codes: [0, 65, 66] } },
  },
  {
    name: "the device that is empty",
    isVariety: true,
    on: READ,
    make: instead(device("3")),
    end: { codes: [0, 65, 66] },
    needs: "devices",
  },
  {
    name: "a byte order mark",
    isVariety: true,
    on: READ,
    make: replaced((bytes) => `\ufeff${bytes}`),
    end: OK,
    ends: { parquet: BAD_INPUT, snapshot: OK },
  },
  {
    name: "UTF-16",
    isVariety: true,
    on: READ,
    make: replaced((bytes) => Buffer.from(`\ufeff${bytes}`, "utf16le")),
    end: BAD_INPUT,
    ends: { notes: { codes: [0, 65] } },
  },
  {
    name: "UTF-16 without its mark",
    isVariety: true,
    on: ["INPUT", "LIST", "TABLE"],
    make: replaced((bytes) => Buffer.from(bytes.toString(), "utf16le")),
    end: BAD_INPUT,
  },
  {
    name: "Latin-1",
    isVariety: true,
    on: READ,
    make: replaced((bytes) => Buffer.concat([Buffer.from('{"title":"caf\xe9"}\n', "latin1"), bytes])),
    end: COUNTED,
    ends: { ...LISTS, parquet: BAD_INPUT },
  },
  {
    name: "a NUL",
    isVariety: true,
    on: READ,
    make: replaced((bytes) => `x\0y\n${bytes}`),
    end: COUNTED,
    ends: { ...LISTS, parquet: BAD_INPUT },
  },
  {
    name: "carriage returns alone",
    isVariety: true,
    on: ["INPUT"],
    make: replaced((bytes) => bytes.toString().replaceAll("\n", "\r")),
    end: COUNTED,
    ends: { parquet: BAD_INPUT, photos: COUNTED },
  },
  {
    name: "an HTML page",
    isVariety: true,
    on: ["INPUT", "LIST", "TABLE"],
    make: replaced(() => "<!DOCTYPE html>\n<title>404</title>\n"),
    end: BAD_INPUT,
  },
  {
    name: "packed with gzip",
    isVariety: true,
    on: ["INPUT"],
    make: replaced((bytes) => gzipSync(bytes)),
    end: OK,
    ends: { parquet: BAD_INPUT },
  },
  {
    name: "damaged gzip",
    on: READ,
    make: replaced((bytes) => {
      const packed = gzipSync(bytes);
      return flipped(packed, packed.length - 6);
    }),
    end: BAD_INPUT,
  },
  {
    name: "gzip that is cut off",
    isVariety: true,
    on: ["INPUT"],
    make: replaced((bytes) => gzipSync(bytes).subarray(0, -9)),
    end: BAD_INPUT,
  },
  {
    name: "gzip and something else",
    isVariety: true,
    on: ["INPUT"],
    make: replaced((bytes) => Buffer.concat([gzipSync(bytes), Buffer.from("more")])),
    end: BAD_INPUT,
  },
  {
    name: "zstd that is cut off",
    isVariety: true,
    on: ["INPUT"],
    make: replaced((bytes) => zstd(bytes).subarray(0, -3)),
    end: BAD_INPUT,
  },
  {
    name: "Parquet that is cut off",
    isVariety: true,
    on: ["INPUT"],
    make: (path, home) => writeFileSync(path, readFileSync(join(home, "parquet")).subarray(0, -9)),
    end: BAD_INPUT,
  },
];
