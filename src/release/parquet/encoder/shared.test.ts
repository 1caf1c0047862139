import assert from "node:assert/strict";
import { test } from "node:test";
import { ENCODINGS } from "../format.js";
import { ValueEncoding } from "./shared.js";

test("the module numbers encodings as the format does", () => {
  const names = Object.keys(ValueEncoding).filter((name) => Number.isNaN(Number(name)));
  const format: Readonly<Record<string, number>> = ENCODINGS;
  for (const name of names)
    assert.equal(ValueEncoding[name as keyof typeof ValueEncoding], format[name], name);
  assert.equal(names.length, 5);
});
