#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { commons } from "../dist/commands/commons.js";

main(commons);
