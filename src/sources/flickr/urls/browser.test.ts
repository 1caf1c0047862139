import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../../../testing/run.js";

test("ov-tools/flickr loads nothing that a browser has not", () => {
  const { exports } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    const text = readFileSync(path, "utf8").replace(/\/\*.*?\*\//gs, "");
    for (const [, name = ""] of text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)";$/gm)) {
      assert.match(name, /^\.\//, `${path} imports ${name}`);
      load(join(dirname(path), name));
    }
    assert.doesNotMatch(text, /\b(?:process|Buffer|require)\b/, path);
  };
  load(join(PROJECT, exports["./flickr"].default));
  assert.ok(loaded.size > 10);
});

test("ov-tools/flickr is imported by its name", async () => {
  const { parseFlickrUrl } = await import("ov-tools/flickr");
  assert.equal((parseFlickrUrl("flic.kr/p/2p4QbKN") as { photo_id?: string }).photo_id, "53208249252");
});
