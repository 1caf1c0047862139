#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { publish } from "../dist/commands/publish.js";

main(publish);
