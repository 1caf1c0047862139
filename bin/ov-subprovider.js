#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { subprovider } from "../dist/commands/subprovider.js";

main(subprovider);
