#!/usr/bin/env node
const { start } = require("../install/start.cjs");

start("parse-flickr-url/parse-flickr-url", "parseFlickrUrl");
