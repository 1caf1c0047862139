import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { comparableUrl } from "./comparable-url.js";

const FILE = "https://img.example.org/cat.jpg";

test("addresses of one file have one comparable form", () => {
  const same: Readonly<Record<string, readonly string[]>> = {
    [FILE]: [
      "http://img.example.org/cat.jpg",
      "//img.example.org/cat.jpg",
      "HTTPS://IMG.Example.ORG/cat.jpg",
      "https://www.img.example.org/cat.jpg",
      "https://img.example.org:443/cat.jpg",
      "http://img.example.org:80/cat.jpg",
      "https://img.example.org./cat.jpg",
      "https://img.example.org/cat.jpg#top",
      "https://img.example.org/cat.jpg?",
      "https://img.example.org/cat.jpg/",
      "https://img.example.org/cat.jpg?utm_source=commons.wikimedia.org&utm_campaign=imageinfo",
      "https://img.example.org/cat.jpg?UTM_Source=a&fbclid=b&gclid=c&mc_cid=d&_ga=e",
      "https://img.example.org/%63at%2Ejpg",
      "https://img.example.org/a/../cat.jpg",
      "https://img.example.org/./cat.jpg",
      "https://img.example.org/a/%2e%2E/cat.jpg",
    ],
    "https://example.org": ["https://example.org/", "https://www.example.org", "https://example.org?#a"],
    "https://example.org/a?id=1&size=l": [
      "https://example.org/a?id=1&utm_medium=x&size=l",
      "https://example.org/a/?id=1&size=l#b",
      "https://example.org/a?id=1&size=l/",
      "https://example.org/a?id=1&size=l//&utm_id=2",
    ],
    "https://xn--mller-kva.example/gr%C3%BCn": [
      "https://müller.example/grün",
      "https://MÜLLER.example/gr%c3%bcn",
      "https://xn--mller-kva.example/gru%CC%88n",
      "https://xn--mller-kva.example/gru\u0308n",
    ],
    "https://example.org/A_(b)%2Fc": ["https://example.org/A_%28b%29%2fc"],
    "https://example.org/a?q=museum:1": ["https://example.org/a?q=museum%3A1"],
    "https://example.org/caf%E9%FF": ["https://example.org/caf%e9%ff"],
  };
  for (const [form, addresses] of Object.entries(same)) {
    for (const address of [form, ...addresses]) assert.equal(comparableUrl(address), form, address);
  }
});

test("what may make another file stays", () => {
  const others = [
    FILE,
    "https://img.example.org/Cat.jpg",
    "https://img.example.org:8443/cat.jpg",
    "https://img.example.org/cat.jpg?size=l",
    "https://img.example.org/cat.jpg?size=L",
    "https://img.example.org/cat.jpg?a=1&b=2",
    "https://img.example.org/cat.jpg?b=2&a=1",
    "https://img.example.org/cat.jpg?a=1%262",
    "https://img.example.org/cat+1.jpg",
    "https://img.example.org/cat%2B1.jpg",
    "https://img.example.org/a/cat.jpg",
    "https://img.example.org/a%2Fcat.jpg",
    "https://img.example.org/cat.jpg?source=utm_source",
    "https://www.com/cat.jpg",
    "https://com/cat.jpg",
  ];
  assert.equal(new Set(others.map(comparableUrl)).size, others.length);
});

test("what is no address is left as it is", () => {
  for (const text of ["", "cat.jpg", "mailto:a@example.org", "https://", "https://a b/"]) {
    assert.equal(comparableUrl(text), text);
  }
});

/** Addresses with everything in them that may be written in several ways. */
const addresses = fc
  .record({
    host: fc.constantFrom(
      "example.org",
      "www.example.org",
      "www.www.example.org",
      "EXAMPLE.org.",
      "münchen.example",
    ),
    port: fc.constantFrom("", ":443", ":80", ":8080"),
    path: fc.array(
      fc.constantFrom(
        "/",
        ".",
        "..",
        "a",
        "B",
        "é",
        "e\u0301",
        "%65",
        "%CC%81",
        "%FF",
        "%2f",
        "%2B",
        "+",
        "K",
        "|",
        "'",
        "()",
        "%25",
        "%",
        "😀",
      ),
    ),
    query: fc.array(
      fc.constantFrom("?", "/", "%2F", "gclid", "a=1", "&", "utm_id=2", "%26", "é", "'", "=", "%3d"),
    ),
  })
  .map(
    ({ host, port, path, query }) =>
      `https://${host}${port}/${path.join("")}${query.length > 0 ? "?" : ""}${query.join("")}`,
  );

test("a comparable form is its own comparable form", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const form = comparableUrl(address);
      assert.equal(comparableUrl(form), form);
    }),
  );
});

test("an address that is seen to be in its form at a glance is what a close look makes of it", () => {
  fc.assert(
    fc.property(addresses, (address) => {
      const form = comparableUrl(address);
      // A fragment makes no difference, but is no usual address.
      assert.equal(comparableUrl(`${form}#x`), form);
    }),
  );
});
