import { isObject } from "../../base/ndjson/index.js";
import { type Entity, mainSnakOf, mapOf, type Statement } from "./entity.js";
import type { EntityLine } from "./entity-line.js";
import { findFlickrPhoto } from "./flickr-photo.js";
import type { OutputBuffer } from "./output-buffer.js";
import { ALWAYS_KEPT, type Parts, type Selection } from "./selection.js";
import { type PlainValue, plainValue } from "./values.js";

/** Writes what is wanted of one entity; says whether anything was. */
export type Writer = (line: EntityLine, output: OutputBuffer) => boolean;

/** The writer for a selection; counting writes nothing. */
export function writerFor({ output }: Selection): Writer {
  switch (output.kind) {
    case "entities":
      return output.keep ? keepParts(output.keep) : writeWhole;
    case "simplified":
      return simplify(output.keep, output.qualifiers);
    case "flickr":
      return writeFlickrPhoto;
    case "count":
      return () => true;
  }
}

/** The entity as it is, to the byte. */
const writeWhole: Writer = ({ bytes, start, end }, output) => {
  output.addBytes(bytes, start, end);
  output.endLine();
  return true;
};

/** The entity cut down: parts are cut out of its bytes, nothing is parsed. Empty maps are written as `{}`. */
function keepParts({ members, properties }: Parts): Writer {
  const names = [...ALWAYS_KEPT, ...members].map((name) => ({ name, label: `${JSON.stringify(name)}:` }));
  const ids = properties.map((id) => ({ id, label: `${JSON.stringify(id)}:` }));
  return (line, output) => {
    let before = "{";
    for (const { name, label } of names) {
      const part = line.member(name);
      if (part === undefined) continue;
      output.addText(before + label);
      if (line.isEmpty(part)) output.addText("{}");
      else output.addBytes(line.bytes, part.start, part.end);
      before = ",";
    }
    if (ids.length > 0) {
      output.addText(`${before}"statements":{`);
      before = "";
      for (const { id, label } of ids) {
        const part = line.property(id);
        if (part === undefined || line.isEmpty(part)) continue;
        output.addText(before + label);
        output.addBytes(line.bytes, part.start, part.end);
        before = ",";
      }
      output.addText("}}");
    } else output.addText(before === "{" ? "{}" : "}");
    output.endLine();
    return true;
  };
}

const writeFlickrPhoto: Writer = (line, output) => {
  const photo = findFlickrPhoto({
    statements: { P7482: line.statements("P7482"), P12120: line.statements("P12120") },
  });
  if (photo === null) return false;
  const title = line.value(line.member("title")) ?? null;
  output.addText(
    `{"page_id":${pageIdOf(line)},"title":${JSON.stringify(title)},${JSON.stringify(photo).slice(1)}`,
  );
  output.endLine();
  return true;
};

/** The number of the file's page: `pageid`, else the digits of the id (`M123`); null where there is neither. */
function pageIdOf(line: EntityLine): number | null {
  const pageid = line.member("pageid");
  const number = pageid ? Number(line.bytes.toString("latin1", pageid.start, pageid.end)) : Number.NaN;
  if (Number.isSafeInteger(number) && number > 0) return number;
  const digits = /^M(\d+)$/.exec(String(line.value(line.member("id"))))?.[1];
  return digits === undefined ? null : Number(digits);
}

function simplify(keep: Parts | undefined, withQualifiers: boolean): Writer {
  return (line, output) => {
    output.addText(JSON.stringify(simplified(line.parse(), keep, withQualifiers)));
    output.endLine();
    return true;
  };
}

const TEXT_MAPS: ReadonlySet<string> = new Set(["labels", "descriptions"]);

/** An entity with plain values: captions by language, statements by property. */
function simplified(entity: Entity, keep: Parts | undefined, withQualifiers: boolean): Entity {
  const names = keep
    ? [...ALWAYS_KEPT, ...keep.members]
    : Object.keys(entity).filter((name) => name !== "type");
  if (keep && keep.properties.length > 0) names.push("statements");
  const result: Entity = {};
  for (const name of names) {
    const value = entity[name];
    if (name === "statements") result[name] = simplifiedStatements(mapOf(value), keep, withQualifiers);
    else if (TEXT_MAPS.has(name)) result[name] = textsByLanguage(mapOf(value));
    else if (value !== undefined) result[name] = value;
  }
  return result;
}

function textsByLanguage(map: Entity): Entity {
  return Object.fromEntries(
    Object.entries(map).map(([language, text]) => [language, isObject(text) ? text.value : text]),
  );
}

function simplifiedStatements(statements: Entity, keep: Parts | undefined, withQualifiers: boolean): Entity {
  const all = keep === undefined || keep.members.includes("statements");
  const ids = all ? Object.keys(statements) : keep.properties;
  const result: Entity = {};
  for (const id of ids) {
    const list = statements[id];
    if (!Array.isArray(list) || list.length === 0) continue;
    result[id] = list
      .filter(isObject)
      .map((statement) => simplifiedStatement(statement, withQualifiers)) as never;
  }
  return result;
}

function simplifiedStatement(
  statement: Statement,
  withQualifiers: boolean,
): PlainValue | { value: PlainValue; qualifiers?: Record<string, PlainValue[]> } {
  const value = plainValue(mainSnakOf(statement));
  if (!withQualifiers) return value;
  const qualifiers = Object.entries(mapOf(statement.qualifiers)).map(
    ([id, snaks]) => [id, Array.isArray(snaks) ? snaks.filter(isObject).map(plainValue) : []] as const,
  );
  return { value, ...(qualifiers.length > 0 && { qualifiers: Object.fromEntries(qualifiers) }) };
}
