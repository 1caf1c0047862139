import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { RangeSetup } from "./range-messages.js";
import { serveRanges } from "./range-server.js";

/** A thread that inflates ranges of a file and reads the entities in them. */
serveRanges(parentPort as MessagePort, workerData as RangeSetup);
