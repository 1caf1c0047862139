import type { Command } from "../command-line/index.js";
import { commons } from "./commons.js";
import { fetch } from "./fetch.js";
import { fromParquet } from "./from-parquet.js";
import { optout } from "./optout.js";
import { parseFlickrUrl } from "./parse-flickr-url.js";
import { publish } from "./publish.js";
import { snapshotStream } from "./snapshot-stream.js";
import { stage } from "./stage.js";
import { subprovider } from "./subprovider.js";
import { toParquet } from "./to-parquet.js";
import { toolsOf } from "./tools.js";

/** In the order in which a record goes through them. */
const OF_THE_PIPE: readonly Command[] = [
  fetch,
  parseFlickrUrl,
  snapshotStream,
  commons,
  subprovider,
  optout,
  stage,
  toParquet,
  fromParquet,
  publish,
];

export const tools = toolsOf(OF_THE_PIPE);

/** All commands. */
export const COMMANDS: readonly Command[] = [...OF_THE_PIPE, tools];
