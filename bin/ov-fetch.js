#!/usr/bin/env node
import { start } from "../install/start.js";

start("fetch/fetch", "fetch");
