import { serve } from "../../base/threads/index.js";
import { serveRanges } from "./serve-ranges.js";

/** A thread that inflates ranges of a file and reads the entities in them. */
serve(serveRanges);
