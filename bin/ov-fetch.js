#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { fetch } from "../dist/commands/fetch.js";

main(fetch);
