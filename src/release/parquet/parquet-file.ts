import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { errorCode, Failure, orFail, shortageOf, systemReason } from "../../base/failure.js";
import { FORMAT_BYTES, formatOf } from "../../base/files/index.js";
import { type Checksums, checksumsIn, compareChecksum, GET_AGAIN } from "./checksums.js";
import { type FileSchema, fileSchemaOf } from "./file-schema.js";
import { MAGIC } from "./format.js";
import { checkPages } from "./page-checks.js";
import { type RowGroupPlace, rowGroupsIn } from "./row-groups.js";
import { readStruct, type Struct } from "./thrift.js";

/** A Parquet file of any writer: what its footer says, and the bytes of its row groups, both checked. */

const MAGIC_TEXT = Buffer.from(MAGIC).toString();
/** Stands at both ends of a file whose footer is encrypted. */
const ENCRYPTED_MAGIC = "PARE";
/** After the footer: its length in four bytes, and the magic bytes. */
const TAIL = 8;

/** What is known of a file before its rows are read. */
export interface Structure {
  readonly footer: Struct;
  readonly schema: FileSchema;
  readonly groups: readonly RowGroupPlace[];
  /** Rows of a file without columns. */
  readonly bareRows: number;
  readonly checksums: Checksums | undefined;
}

export class ParquetFile {
  readonly path: string;
  readonly structure: Structure;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, structure: Structure) {
    this.path = path;
    this.#handle = handle;
    this.structure = structure;
  }

  /** Throws a `Failure`: "no_input" where there is no such file, "bad_input" where it cannot be read. */
  static async open(path: string): Promise<ParquetFile> {
    const handle = await orFail("open", path, () => open(path));
    try {
      if ((await handle.stat()).isDirectory()) throw notParquet(path, "it is a folder; name the files in it");
      const ending = await readableOr(path, "it", () => endingOf(handle));
      if (ending.reason !== undefined) throw notParquet(path, ending.reason);
      const structure = await readableOr(path, "its footer", () => structureOf(handle, ending));
      return new ParquetFile(path, handle, structure);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * The bytes of a row group, or of some of its columns, whose pages have been checked; the headers of pages are, where all
   * are there. Throws a `Failure` ("bad_input").
   */
  async bytesOf(group: RowGroupPlace): Promise<Buffer> {
    const bytes = await bytesAt(this.#handle, group.start, group.end - group.start);
    const { checksums, schema } = this.structure;
    const isWhole = group.chunks.length === schema.leaves.length;
    checkPages(group, bytes, isWhole && checksums ? (checksums.headers[group.number - 1] ?? "") : undefined);
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** What decoding throws is for developers: it is kept as the cause. */
export async function readableOr<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw new Failure(error.outcome, error.message, { place: { file: path } });
    // A folder can be opened, but not read.
    if (errorCode(error) === "EISDIR") throw notParquet(path, systemReason(error));
    if (UNINSTALLED.includes(errorCode(error) ?? "")) throw error;
    const shortage = shortageOf(error);
    if (shortage?.outcome === "temporary")
      throw new Failure(shortage.outcome, shortage.message, { place: { file: path }, cause: error });
    const reason = isTooLong(error)
      ? "has a row or value longer than 512 MB"
      : "is damaged, or of a kind or size that is not read here";
    throw notParquet(path, `${what} ${reason}`, error);
  }
}

/** A package that unpacks pages is missing, or was made for another machine: nothing is wrong with the file. */
const UNINSTALLED: readonly string[] = ["MODULE_NOT_FOUND", "ERR_DLOPEN_FAILED"];

function notParquet(path: string, reason: string, cause?: unknown): Failure {
  return new Failure("bad_input", `${path} cannot be read as Parquet: ${reason}`, { cause });
}

/** No text of Node can be longer: https://nodejs.org/api/errors.html#err_string_too_long, or the engine's own words. */
function isTooLong(error: unknown): boolean {
  return (
    errorCode(error) === "ERR_STRING_TOO_LONG" || /^Invalid string length/.test((error as Error).message)
  );
}

/** Where the footer is, or why there is none. */
interface FileEnding {
  readonly position: number;
  readonly length: number;
  readonly reason: string | undefined;
}

async function endingOf(handle: FileHandle): Promise<FileEnding> {
  const { size } = await handle.stat();
  const start = await bytesAt(handle, 0, Math.min(size, FORMAT_BYTES));
  const tail = await bytesAt(handle, Math.max(0, size - TAIL), Math.min(size, TAIL));
  const length = tail.length < TAIL ? 0 : tail.readUInt32LE();
  const position = size - TAIL - length;
  return { position, length, reason: reasonAgainst(start, tail.toString("latin1", 4), position) };
}

/** Why a file with this start and end cannot be read; undefined where it can. */
function reasonAgainst(start: Buffer, magic: string, position: number): string | undefined {
  if (start.length === 0) return "it is empty";
  const begun = start.toString("latin1", 0, MAGIC.length);
  if (magic === ENCRYPTED_MAGIC) return "it is encrypted";
  if (magic === MAGIC_TEXT && position >= MAGIC.length) {
    return begun === MAGIC_TEXT ? undefined : `it does not begin as it should: it is damaged; ${GET_AGAIN}`;
  }
  if (begun === MAGIC_TEXT) return "it is cut off, for it does not end as it should: get it again";
  const format = formatOf(start);
  return format ? `it is ${format.words}${format.unpack ? "; unpack it first" : ""}` : "it is something else";
}

async function structureOf(handle: FileHandle, { position, length }: FileEnding): Promise<Structure> {
  const bytes = await bytesAt(handle, position, length);
  const checksums = checksumsIn(bytes);
  const footer = readStruct(bytes);
  const schema = fileSchemaOf(footer);
  const { groups, bareRows } = rowGroupsIn(footer, schema);
  if (checksums) {
    const pagesEnd = groups.reduce((end, group) => Math.max(end, group.end), MAGIC.length);
    const indexes = await bytesAt(handle, pagesEnd, position - pagesEnd);
    compareChecksum("one of its indexes", checksums.indexes, crc32(indexes));
  }
  return { footer, schema, groups, bareRows, checksums };
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (!(position >= 0 && length >= 0 && position + length <= size))
    throw new RangeError("the file is too short");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new RangeError("the file is too short");
  return buffer;
}
