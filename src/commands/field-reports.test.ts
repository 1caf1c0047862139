import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { linesOf, PYTHON, type Result, SHARED, shell, temporaryFolder } from "../testing/run.js";

/**
 * Faults that people have reported of tools like these, and what is right: each case's command line runs as it stands.
 * Those that need a server are tests of their own, beside that server's stand-in.
 */

const FILE = join(SHARED, "cases/field-reports.json");
const RECORDED = join(SHARED, "recorded/parquet");

type Members = Readonly<Record<string, unknown>>;

interface Case {
  readonly id: string;
  readonly what: string;
  readonly command: string;
  readonly input: {
    readonly records?: readonly Members[];
    readonly answer?: unknown;
    readonly text?: string;
    readonly tables?: Readonly<Record<string, readonly (readonly unknown[])[]>>;
    readonly parquet?: Members;
    readonly files?: readonly string[];
    readonly server?: string;
  };
  readonly expected: Members;
  readonly also_right?: unknown;
}

/** Writes columns, given as `{name: {type, values}}`, with pyarrow. */
const WRITE = `
import base64, datetime, decimal, json, sys, uuid
import pyarrow as pa, pyarrow.parquet as pq
def bytes_of(text): return bytes.fromhex(text[6:].replace(" ", "")) if text.startswith("bytes ") else text.encode()
def column(type, values):
    some = lambda read: [read(value) if value is not None else None for value in values]
    numbers = [int(n) for n in type[type.find("(") + 1:-1].split(",")] if "(" in type and type[-2].isdigit() else []
    if type.startswith("decimal"): return pa.array(some(decimal.Decimal), (pa.decimal256 if "256" in type else pa.decimal128)(*numbers))
    if type.startswith("fixed_size_binary"): return pa.array(some(bytes_of), pa.binary(*numbers))
    if type == "binary": return pa.array(some(bytes_of), pa.binary())
    if type == "uuid": return pa.ExtensionArray.from_storage(pa.uuid(), pa.array(some(lambda v: uuid.UUID(v).bytes), pa.binary(16)))
    if type.startswith("date"): return pa.array(some(datetime.date.fromisoformat), pa.date32())
    if type.startswith("time32"): return pa.array(some(datetime.time.fromisoformat), pa.time32("ms"))
    if type.startswith("time64"): return pa.array(some(datetime.time.fromisoformat), pa.time64("us"))
    raise SystemExit("a type that this test does not know: " + type)
columns = json.load(open(sys.argv[1]))
pq.write_table(pa.table({name: column(**about) for name, about in columns.items()}), sys.argv[2])
`;

const ENTITIES = Array.from({ length: 10 }, (_, i) => `{"type":"mediainfo","id":"M${i + 1}","ns":6}`);
const SNAPSHOT = `[\n${ENTITIES.join(",\n")}\n]\n`;

/** Inputs that a case has in words only. */
const MADE: Readonly<Record<string, () => Uint8Array | undefined>> = {
  "snapshot-trailing-garbage": () => Buffer.concat([gzipSync(SNAPSHOT), Buffer.from("garbage here")]),
  "snapshot-xz": () => {
    const { stdout, status } = spawnSync("xz", ["-c"], { input: SNAPSHOT });
    return status === 0 ? stdout : undefined;
  },
};

/** Makes the input of a case; says why where that cannot be done here. */
function makeInput({ id, input }: Case, folder: string): string | undefined {
  const path = join(folder, "in");
  const { records, answer, text, tables, parquet } = input;
  if (records) writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  else if (answer !== undefined) writeFileSync(path, JSON.stringify(answer));
  else if (text !== undefined) writeFileSync(path, text);
  else if (tables) {
    mkdirSync(join(folder, "dir"));
    for (const [name, rows] of Object.entries(tables)) {
      const lines = rows.map((row) => `${row.join("\t")}\n`).join("");
      writeFileSync(join(folder, "dir", `${name}.csv.gz`), gzipSync(lines));
    }
  } else if (parquet) {
    if (spawnSync(PYTHON, ["-c", "import pyarrow"]).status !== 0) return `${PYTHON} has no pyarrow`;
    writeFileSync(join(folder, "columns"), JSON.stringify(parquet));
    const { status, stderr } = spawnSync(PYTHON, ["-c", WRITE, join(folder, "columns"), path]);
    assert.equal(status, 0, String(stderr));
  } else if (MADE[id]) {
    const bytes = MADE[id]();
    if (bytes === undefined) return "xz is not installed";
    writeFileSync(path, bytes);
  } else if (!input.files) return "it needs a server or a file of its own: see the tests of that command";
  return undefined;
}

/** Whether an object has these members, at any depth; numbers in texts are the same as numbers. */
function has(expected: Members, found: Members): boolean {
  return Object.entries(expected).every(([name, value]) => {
    const other = found[name];
    if (name === "creator_contains")
      return (value as string[]).every((part) => String(found.creator).includes(part));
    if (name === "meta_data_lacks")
      return !(value as string[]).some((member) => Object.hasOwn((found.meta_data ?? {}) as object, member));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return typeof other === "object" && other !== null && has(value as Members, other as Members);
    }
    if (typeof value === "string" || typeof value === "number") return String(other) === String(value);
    return JSON.stringify(other ?? null) === JSON.stringify(value);
  });
}

/** What is wrong with a result; nothing where it is right. Each key of `expected` has a rule. */
function problems(expected: Members, { stdout, stderr, code }: Result, folder: string): string[] {
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  const objects = linesOf<Members>(lines.join("\n"));
  const summary = objects.find((object) => "inserted" in object);
  const records = objects.filter((object) => "provider" in object || "foreign_identifier" in object);
  const matched = (list: unknown) =>
    (list as Members[]).every((some) => records.some((record) => has(some, record)));
  const nth = (object: Members | undefined, wanted: unknown) =>
    object !== undefined && has(wanted as Members, object);
  const rules: Readonly<Record<string, (value: never) => boolean>> = {
    records: (value: Members[]) => records.length === value.length && matched(value),
    records_include: (value) => matched(value),
    ids_include: (value: string[]) =>
      value.every((id) => records.some((record) => record.foreign_identifier === id)),
    rows: (value: number | Members[]) =>
      typeof value === "number"
        ? objects.length === value
        : objects.length === value.length && value.every((row, i) => has(row, objects[i] ?? {})),
    summary: (value) => nth(summary, value),
    rejected: (value) => summary === undefined || summary.rejected === value,
    rejects: (value: { code: string }[]) => {
      const path = join(folder, "r.ndjson");
      const found = existsSync(path) ? linesOf<{ code: string }>(readFileSync(path, "utf8")) : [];
      return String(found.map(({ code }) => code)) === String(value.map(({ code }) => code));
    },
    skipped: () => records.length === 0,
    stdout: (value) => stdout.trim() === value,
    stdout_lacks: (value: string[]) => !value.some((text) => stdout.includes(text)),
    stderr_lacks: (value: string[]) => !value.some((text) => stderr.includes(text)),
    stderr_contains: (value: string[]) => value.every((text) => stderr.includes(text)),
    stderr_names: (value: string) =>
      stderr.toLowerCase().includes(value.split(" ")[0]?.toLowerCase() as string),
    stderr_not_empty: () => stderr.trim() !== "",
    summary_counts_left_out: () => /\b[1-3]\b[^;,.]*(left out|skipped|dropped|without|repeated)/.test(stderr),
    exit: (value) => code === value,
    exit_is_not: (value) => code !== value,
    entities: (value) => objects.length === value,
    photo_ids: (value) => JSON.stringify(objects.map(({ photo_id }) => photo_id)) === JSON.stringify(value),
    accuracy_at_most: (value: number) =>
      records.every(({ tags }) =>
        ((tags ?? []) as { accuracy?: number }[]).every(({ accuracy = 0 }) => accuracy <= value),
      ),
    first: (value) => nth(objects[0], value),
    third: (value) => nth(objects[2], value),
    fifth: (value) => nth(objects[4], value),
    last: (value) => nth(objects.at(-1), value),
    note: () => true,
    also_right: () => true,
  };
  return Object.entries(expected).flatMap(([key, value]) => {
    const rule = rules[key] as ((value: unknown) => boolean) | undefined;
    if (!rule) return [`no rule for ${key}`];
    return rule(value) ? [] : [`${key}: ${JSON.stringify(value)}`];
  });
}

async function check(t: TestContext, given: Case, file?: string): Promise<void> {
  const folder = temporaryFolder(t);
  if (file !== undefined) copyFileSync(join(RECORDED, basename(file)), join(folder, "in"));
  const reason = file === undefined ? makeInput(given, folder) : undefined;
  if (reason !== undefined) return t.skip(reason);
  const line = given.command.replace(/FILE|m\.ndjson/g, "in").replace("DIR", "dir");
  const result = await shell(line, { cwd: folder });
  // A load says how many there are; which ones they are, its database.
  const isLoad = given.expected.ids_include !== undefined && existsSync(join(folder, "t.db"));
  const dump = isLoad ? (await shell("ov-stage dump --db t.db", { cwd: folder })).stdout : "";
  const told = { ...result, stdout: result.stdout + dump };
  const ofFile = given.expected[basename(file ?? "").split(".")[0] as string];
  const found = problems((ofFile ?? given.expected) as Members, told, folder);
  const other = given.also_right ?? given.expected.also_right;
  const isAlsoRight =
    typeof other === "object" && other !== null && problems(other as Members, told, folder).length === 0;
  const words = `${line}\n${result.stdout.slice(0, 2000)}\n${result.stderr.slice(0, 2000)}`;
  if (!isAlsoRight) assert.deepEqual(found, [], words);
}

if (!existsSync(FILE)) test("reports from the field", { skip: "../shared is absent" });
else {
  for (const given of JSON.parse(readFileSync(FILE, "utf8")) as Case[]) {
    test(`${given.id}: ${given.what}`, async (t) => {
      for (const file of given.input.files ?? [undefined]) await check(t, given, file);
    });
  }
}
