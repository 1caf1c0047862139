#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { optout } from "../dist/commands/optout.js";

main(optout);
