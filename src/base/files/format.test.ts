import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type FormatKind, formatOf } from "./format.js";

const bytes = (text: string) => Buffer.from(text, "latin1");

const FORMATS: readonly (readonly [FormatKind | undefined, what: string, Uint8Array])[] = [
  ["gzip", "gzip", gzipSync("{}")],
  ["bzip2", "bzip2", bytes("BZh91AY&SY")],
  ["zstd", "zstd", bytes("\x28\xb5\x2f\xfd\x04\x58")],
  ["zstd", "zstd of pzstd", bytes("\x50\x2a\x4d\x18\x04\x00\x00\x00")],
  ["xz", "xz", bytes("\xfd7zXZ\x00\x00\x04")],
  ["lz4", "lz4", bytes("\x04\x22\x4d\x18\x64")],
  ["zip", "zip", bytes("PK\x03\x04\x14\x00")],
  ["7z", "7z", bytes("7z\xbc\xaf\x27\x1c\x00\x04")],
  ["tar", "tar", Buffer.concat([Buffer.alloc(257), bytes("ustar\x0000")])],
  ["parquet", "Parquet", bytes("PAR1\x15\x04")],
  ["parquet", "encrypted Parquet", bytes("PARE\x15\x04")],
  ["sqlite", "SQLite", bytes("SQLite format 3\x00\x10\x00")],
  ["pdf", "PDF", bytes("%PDF-1.7\n")],
  ["image", "PNG", bytes("\x89PNG\r\n\x1a\n")],
  ["image", "JPEG", bytes("\xff\xd8\xff\xe0\x00\x10JFIF")],
  ["utf-16", "UTF-16 with a mark", Buffer.from("\ufeff{}", "utf16le")],
  ["utf-16", "UTF-16, big endian", Buffer.from("\ufeff{}", "utf16le").swap16()],
  ["utf-16", "UTF-16 without a mark", Buffer.from('{"a":1}', "utf16le")],
  ["utf-32", "UTF-32", bytes("\xff\xfe\x00\x00{\x00\x00\x00")],
  ["html", "a page", bytes("\n<!DOCTYPE html>\n<html>")],
  ["html", "XHTML", bytes('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C">')],
  ["html", "a page after a comment", bytes("<!-- a -->\n<HTML lang=en>")],
  ["xml", "XML", bytes('<?xml version="1.0"?>\n<rss version="2.0">')],
  ["xml", "XML without a declaration", bytes("<OAI-PMH xmlns='x'>")],
  [undefined, "JSON", bytes('{"a":"<html>"}')],
  [undefined, "an array", bytes("[\n{}")],
  [undefined, "JSON after a byte order mark", Buffer.from("\ufeff{}")],
  [undefined, "CSV", bytes("id;title\n1;PK")],
  [undefined, "nothing", bytes("")],
  [undefined, "less than", bytes("<3 hearts")],
];

describe("the format of a file by its first bytes", () => {
  for (const [kind, what, start] of FORMATS)
    test(`${what} is ${kind ?? "not told"}`, () => assert.equal(formatOf(start)?.kind, kind));

  test("no JSON object is taken for something else", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.json()), (object) => {
        assert.equal(formatOf(Buffer.from(JSON.stringify(object))), undefined);
      }),
    );
  });
});
