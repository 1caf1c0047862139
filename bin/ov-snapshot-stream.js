#!/usr/bin/env node
const { start } = require("../install/start.cjs");

start("snapshot/stream", "snapshotStream");
