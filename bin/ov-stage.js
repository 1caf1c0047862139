#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { stage } from "../dist/commands/stage.js";

main(stage);
