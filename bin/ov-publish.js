#!/usr/bin/env node
import { start } from "../install/start.js";

start("publish/publish", "publish");
