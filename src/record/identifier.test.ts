import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { identifierOf } from "./identifier.js";

/** Published in every release: a change here would give every record a new identity. */
const KNOWN: readonly (readonly [provider: string, foreignIdentifier: string, identifier: string])[] = [
  ["flickr", "1", "c5887381-c5eb-522f-b205-b7dffc419eef"],
  ["flickr", "53742194218", "b7f51cca-9e42-56db-8639-d70d8633c183"],
  ["wikimedia", "53742194218", "1a968b84-4d02-5749-ad12-4f2c6b402b5b"],
  ["clevelandmuseum", "1916.1034", "1060fae2-1b5c-5ac9-8621-c0263a4013e4"],
  ["europeana", "/9200338/BibliographicResource_3000117822022", "72d0029e-a308-5deb-917d-9f363d9dfd1d"],
  ["wordpress", "käse-😀", "7d7fb7d7-b4a1-5905-993f-0879e3c65292"],
];

test("identifiers never change from one release to the next", () => {
  for (const [provider, id, identifier] of KNOWN) assert.equal(identifierOf(provider, id), identifier);
});

/** UUID version 5 as RFC 9562 defines it, by hand. */
function uuidV5(namespace: string, name: string): string {
  const hash = createHash("sha1")
    .update(Buffer.from(namespace.replaceAll("-", ""), "hex"))
    .update(name)
    .digest();
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  return hash.toString("hex", 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

test("an identifier is the version 5 UUID of provider, line feed and foreign identifier under openverse.org", () => {
  const namespace = uuidV5("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "https://openverse.org/");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (provider, id) => {
      assert.equal(identifierOf(provider, id), uuidV5(namespace, `${provider}\n${id}`));
    }),
  );
});

test("where the provider ends and the identifier begins makes a difference", () => {
  assert.notEqual(identifierOf("wikimedia", "_audio1"), identifierOf("wikimedia_audio", "1"));
});
