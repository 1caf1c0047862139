import { createReadStream, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import {
  Bool,
  type Builder,
  type DataType,
  Field,
  Float64,
  Int32,
  List,
  makeBuilder,
  makeVector,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMillisecond,
  tableToIPC,
  Utf8,
} from "apache-arrow";
import { Compression, Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { type ColumnType, cleanRecord, columnsOf } from "../record/index.js";

/**
 * What one writes first: JSON.parse, Arrow's own builders, one thread, everything in memory. `make bench` measures
 * ov-to-parquet against it. Usage: node parquet-naive.js IN OUT
 */

const [input = "", output = ""] = process.argv.slice(2);
const tag = new Struct([
  new Field("name", new Utf8(), false),
  new Field("provider", new Utf8(), false),
  new Field("accuracy", new Float64(), true),
]);
const TYPES: Partial<Record<ColumnType, DataType>> = {
  integer: new Int32(),
  number: new Float64(),
  boolean: new Bool(),
  timestamp: new TimestampMillisecond("UTC"),
  texts: new List(new Field("element", new Utf8(), false)),
  tags: new List(new Field("element", tag, false)),
};
const columns = columnsOf("image");
const schema = new Schema(columns.map(({ name, type }) => new Field(name, TYPES[type] ?? new Utf8(), true)));
const builders = schema.fields.map(({ type }) => makeBuilder({ type, nullValues: [null] }) as Builder);

for await (const line of createInterface({ input: createReadStream(input) })) {
  const result = cleanRecord(JSON.parse(line));
  if (!("record" in result)) throw new Error(result.error);
  const { record } = result;
  columns.forEach(({ name, type }, i) => {
    const value = record[name] ?? null;
    if (value === null) builders[i]?.append(null);
    else if (type === "object" || type === "objects") builders[i]?.append(JSON.stringify(value));
    else if (type === "timestamp") builders[i]?.append(Date.parse(value as string));
    else if (type === "tags") {
      builders[i]?.append((value as object[]).map((tag) => ({ accuracy: null, ...tag })));
    } else builders[i]?.append(value);
  });
}
const vectors = builders.map((builder) => builder.finish().toVector());
const children = vectors.map((vector) => (vector as ReturnType<typeof makeVector>).data[0]);
const data = { type: new Struct(schema.fields), length: vectors[0]?.length ?? 0, children };
const batch = new RecordBatch(schema, makeVector(data as never).data[0] as never);
const table = WasmTable.fromIPCStream(tableToIPC(new Table([batch]), "stream"));
const properties = new WriterPropertiesBuilder().setCompression(Compression.ZSTD).build();
writeFileSync(output, writeParquet(table, properties));
