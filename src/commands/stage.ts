import type { Command } from "../command-line/index.js";
import { check, migrate } from "./stage-check.js";
import { dump } from "./stage-dump.js";
import { licenses } from "./stage-licenses.js";
import { load } from "./stage-load.js";
import { runs, stats, top } from "./stage-look.js";
import { remove } from "./stage-remove.js";
import { expire, popularity, reingest } from "./stage-upkeep.js";

/** `ov-stage`: records in and out of the staging database. */
export const stage: Command = {
  name: "ov-stage",
  summary: "Keeps media records in a local SQLite database between their sources and a release.",
  description:
    "The staging database is one SQLite file. It merges every load into one record a work, so that many partial " +
    "or repeated loads end in one complete set.",
  examples: [
    { line: "ov-stage load --db staging.db records.ndjson", what: "add or update records" },
    {
      line: "ov-stage dump --db staging.db > records.ndjson",
      what: "write them all, in the order of their keys",
    },
    { line: "ov-stage stats --db staging.db", what: "count them by provider, source and licence" },
  ],
  subcommands: [load, dump, remove, expire, popularity, reingest, stats, top, runs, licenses, check, migrate],
};
