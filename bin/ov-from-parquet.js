#!/usr/bin/env node
const { start } = require("../install/start.cjs");

start("from-parquet", "fromParquet");
