import { gzipSync } from "node:zlib";
import type { EntityReader } from "./reader.js";
import type { Ending, Results } from "./results.js";
import { ALL_ENTITIES, type Selection } from "./selection.js";

/** Snapshots for tests. */

/** An entity in the shape of the dump, of any size. */
export function entityText(id: number, statements: unknown = {}, padding = ""): string {
  const labels = { en: { language: "en", value: `File ${id}${padding}` } };
  return JSON.stringify({
    ...{ type: "mediainfo", id: `M${id}`, labels, descriptions: [], statements },
    ...{ pageid: id, ns: 6, title: `File:${id}.jpg`, lastrevid: 1000 + id, modified: "2024-05-06T07:08:09Z" },
  });
}

/** The statement that a file is this photo. */
export function photoId(id: string): unknown {
  const mainsnak = { snaktype: "value", property: "P12120", datavalue: { value: id, type: "string" } };
  return { P12120: [{ mainsnak, type: "statement", id: "M1$1", rank: "normal" }] };
}

/** The text of a snapshot. */
export function snapshotText(entities: readonly string[]): string {
  return `[\n${entities.join(",\n")}\n]\n`;
}

/** Packed as the dump is: a member for each bracket, batch and comma. */
export function packed(entities: readonly string[], batch = 3): Buffer {
  const members = ["[\n"];
  for (let i = 0; i < entities.length; i += batch) {
    members.push(entities.slice(i, i + batch).join(",\n"));
    if (i + batch < entities.length) members.push(",\n");
  }
  return Buffer.concat([...members, "\n]\n"].map((text) => gzipSync(text)));
}

export const FLICKR: Selection = { ...ALL_ENTITIES, output: { kind: "flickr" } };

/** Everything that a reader of a snapshot gives. */
export async function collect(results: AsyncGenerator<Results, Ending>) {
  const output: Uint8Array[] = [];
  const faults: EntityReader["faults"] = [];
  for (;;) {
    const { value, done } = await results.next();
    if (done) return { text: Buffer.concat(output).toString(), faults, ending: value };
    output.push(value.output);
    faults.push(...value.faults);
  }
}
