import { at, type JsonObject, listAt, numberAt, present } from "../../base/ndjson/index.js";
import { millisecondsAt } from "../engine/index.js";

/**
 * What Commons knows of a sound is a tree of `{name, value}` pairs made by the reader of the file's format. Ogg
 * files have the numbers in the header of their first stream, others in the stream itself, which may stand one
 * level down, under `audio`.
 */
const SAMPLE_RATE = ["audio_sample_rate", "sample_rate"];
const BIT_RATE = ["bitrate_nominal", "bitrate"];
const CHANNELS = ["audio_channels", "channels"];

/** The columns that only audio records have, with the page's meta_data and the number of channels in it. */
export function audioColumns(
  info: JsonObject,
  metaData: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const stream = firstStream(listAt(info, "metadata"));
  const isPronunciation = listAt(metaData, "categories").some((category) =>
    /pronunciation/.test(`${category}`),
  );
  return {
    duration: millisecondsAt(info, "duration"),
    sample_rate: numberIn(stream, SAMPLE_RATE),
    bit_rate: numberIn(stream, BIT_RATE),
    category: isPronunciation ? "pronunciation" : null,
    meta_data: { ...metaData, ...present({ channels: numberIn(stream, CHANNELS) }) },
  };
}

function firstStream(metadata: readonly unknown[]): readonly unknown[] {
  const streams = valueIn(metadata, "streams") ?? valueIn(listIn(metadata, "audio"), "streams");
  const stream = listAt(streams, 0, "value");
  const header = listIn(stream, "header");
  return header.length > 0 ? header : stream;
}

function valueIn(pairs: readonly unknown[], name: string): unknown {
  return at(
    pairs.find((pair) => at(pair, "name") === name),
    "value",
  );
}

function listIn(pairs: readonly unknown[], name: string): readonly unknown[] {
  return listAt(valueIn(pairs, name));
}

/** The first of some names that has a number; 0 means that the format leaves it open. */
function numberIn(pairs: readonly unknown[], names: readonly string[]): number | undefined {
  const found = names
    .map((name) => numberAt(valueIn(pairs, name)))
    .find((number) => number !== undefined && number > 0);
  return found === undefined ? undefined : Math.trunc(found);
}
