import assert from "node:assert/strict";
import { test } from "node:test";
import { webAddress } from "./given.js";

test("an address is taken as it is given, without what stands around it", () => {
  for (const text of [
    "https://example.org",
    "http://127.0.0.1:9000/api?x=1",
    "HTTPS://[::1]:8443/",
    " https://a.b\n",
  ])
    assert.equal(webAddress(text, "--endpoint"), text.trim());
});

test("anything else is a usage error that names where it was given", () => {
  const wrong = [
    "",
    "nonsense",
    "example.org",
    "ftp://example.org",
    "https://",
    "https:///x",
    "//example.org",
    "https:x",
  ];
  for (const text of [
    ...wrong,
    "https://exa mple.org",
    "https://a\tb",
    "https://a\nb",
    "https://[",
    "http://a:99999",
  ])
    assert.throws(() => webAddress(text, "HF_ENDPOINT"), {
      outcome: "usage",
      message: `HF_ENDPOINT: ${JSON.stringify(text)} is no address of the web; it begins with https:// or http:// and a host`,
    });
});

test("a user or password is refused, and never shown", () => {
  for (const text of [
    "https://me:SeCrEt@a.b",
    "https://SeCrEt@a.b/x",
    "https://:SeCrEt@a.b",
    "https://me:SeC rEt@a.b",
  ])
    assert.throws(
      () => webAddress(text, "--endpoint"),
      ({ outcome, message }) =>
        outcome === "usage" &&
        !/SeC/.test(message) &&
        message.startsWith("--endpoint: an address with a user"),
    );
});
