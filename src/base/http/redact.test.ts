import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { redactUrl, withoutKeys } from "./redact.js";

describe("redactUrl", () => {
  for (const [url, expected] of [
    ["https://a.org/x?api_key=1&q=2", "https://a.org/x?api_key=…&q=2"],
    ["https://a.org/x?q=2&API_KEY=1#f", "https://a.org/x?q=2&API_KEY=…#f"],
    [
      "https://a.org/?key=1&apikey=2&wskey=3&client_id=4",
      "https://a.org/?key=…&apikey=…&wskey=…&client_id=…",
    ],
    ["https://a.org/?token=1&s=2&access_token=3", "https://a.org/?token=…&s=…&access_token=…"],
    ["https://a.org/?api%5Fkey=1", "https://a.org/?api%5Fkey=…"],
    ["https://a.org/?monkey=1&keys=2&skip=3", "https://a.org/?monkey=1&keys=2&skip=3"],
    ["https://user:pass@a.org/?%E0%A4%A=1", "https://a.org/?%E0%A4%A=1"],
    ["https://a.org/@x?q=a@b", "https://a.org/@x?q=a@b"],
    ["https://a.org", "https://a.org"],
  ] as const) {
    test(url, () => assert.equal(redactUrl(url), expected));
  }
});

test("withoutKeys removes keys by their values", () => {
  const url = new URL("https://b.org/?k=secret&token=other&q=secret&x=1");
  assert.equal(withoutKeys(url, new Set(["secret"])).href, "https://b.org/?token=other&x=1");
});
