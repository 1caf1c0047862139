#!/usr/bin/env node
const { start } = require("../install/start.cjs");

start("stage/stage", "stage");
