import type { Command } from "../../base/cli/index.js";
import { check, migrate } from "./check.js";
import { dump } from "./dump.js";
import { licenses } from "./licenses.js";
import { load } from "./load.js";
import { runs, stats, top } from "./look.js";
import { remove } from "./remove.js";
import { expire, popularity, reingest } from "./upkeep.js";

/** `ov-stage`: records in and out of the staging database. */
export const stage: Command = {
  name: "ov-stage",
  summary: "Keeps media records in a local SQLite database between their sources and a release.",
  description:
    "The staging database is one SQLite file. It merges every load into one record a work, so that many partial " +
    "or repeated loads end in one complete set.",
  examples: [
    {
      line: "ov-fetch stocksnap --input fixtures/stocksnap/page-1.json | ov-stage load --db staging.db",
      what: "add or update records",
    },
    {
      line: "ov-stage dump --db staging.db > records.ndjson",
      what: "write them all, in the order of their keys",
    },
    { line: "ov-stage stats --db staging.db", what: "count them by provider, source and licence" },
  ],
  subcommands: [load, dump, remove, expire, popularity, reingest, stats, top, runs, licenses, check, migrate],
};
