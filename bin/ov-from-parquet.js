#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { fromParquet } from "../dist/commands/from-parquet.js";

main(fromParquet);
