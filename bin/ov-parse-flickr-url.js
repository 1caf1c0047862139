#!/usr/bin/env node
import { main } from "../dist/command-line/index.js";
import { parseFlickrUrl } from "../dist/commands/parse-flickr-url.js";

main(parseFlickrUrl);
