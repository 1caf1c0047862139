#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { toParquet } from "../dist/commands/to-parquet.js";

main(toParquet);
