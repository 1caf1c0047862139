import type { Command } from "../base/cli/index.js";
import { commons } from "./commons/commons.js";
import { fetch } from "./fetch/fetch.js";
import { fromParquet } from "./from-parquet.js";
import { optout } from "./optout/optout.js";
import { parseFlickrUrl } from "./parse-flickr-url/parse-flickr-url.js";
import { publish } from "./publish/publish.js";
import { snapshotStream } from "./snapshot/stream.js";
import { stage } from "./stage/stage.js";
import { subprovider } from "./subprovider/subprovider.js";
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
