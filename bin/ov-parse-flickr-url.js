#!/usr/bin/env node
import { start } from "../install/start.js";

start("parse-flickr-url/parse-flickr-url", "parseFlickrUrl");
