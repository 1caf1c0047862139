#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { snapshotStream } from "../dist/commands/snapshot-stream.js";

main(snapshotStream);
