import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SHARED, WITHOUT_SHARED } from "../../testing/run.js";
import { licenseOfPair, licenseOfUrl, readLicense } from "./read.js";
import { acceptedLicenses, formOf, PORTS } from "./tools.js";

const CC = "https://creativecommons.org/";

/** Creative Commons' own list: category → version → unit → jurisdictions, "" for none. */
interface LegalTools {
  readonly licenses: Versions;
  readonly publicdomain: Versions;
  readonly spdx: Readonly<Record<string, string>>;
}
type Versions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

function pagesOf({ licenses, publicdomain }: LegalTools): string[] {
  return Object.entries({ licenses, publicdomain }).flatMap(([category, versions]) =>
    Object.entries(versions).flatMap(([version, units]) =>
      Object.entries(units).flatMap(([unit, ports]) =>
        ports.map((port) => `${CC}${category}/${unit}/${version}/${port && `${port}/`}`),
      ),
    ),
  );
}

/** Every page that our table has. */
const OURS = acceptedLicenses().flatMap(({ license, version, ports }) => {
  const forms = [undefined, ...ports].map((port) => formOf(license, version, port)?.url);
  return forms.filter((url) => url !== undefined);
});

test("the table is Creative Commons' own list, and the page that the catalogue writes for the old dedication", {
  skip: WITHOUT_SHARED,
}, () => {
  const list = JSON.parse(readFileSync(join(SHARED, "facts", "cc-legal-tools.json"), "utf8")) as LegalTools;
  const dedication = [`${CC}licenses/publicdomain/`, `${CC}publicdomain/certification/1.0/us/`];
  const ours = new Set([...OURS, ...dedication]);
  assert.deepEqual([...ours].sort(), [...pagesOf(list), dedication[0]].sort());
});

test("an SPDX identifier is the licence of its page", { skip: WITHOUT_SHARED }, () => {
  const { spdx } = JSON.parse(
    readFileSync(join(SHARED, "facts", "cc-legal-tools.json"), "utf8"),
  ) as LegalTools;
  for (const [id, path] of Object.entries(spdx)) {
    const page = licenseOfUrl(`${CC}${path}`);
    assert.ok(page, path);
    for (const written of [id, id.toLowerCase(), `spdx.org/licenses/${id}`]) {
      const read = readLicense({ license: written });
      assert.ok("license" in read, written);
      assert.deepEqual([read.license.license, read.license.version], [page.license, page.version], written);
      if (page.license !== "publicdomain") assert.equal(read.license.url, page.url, written);
    }
  }
});

test("every page reads back to itself, in all the ways in which an address may be written", () => {
  assert.ok(OURS.length > 600, `${OURS.length} pages`);
  for (const url of OURS) {
    const own = licenseOfUrl(url);
    assert.equal(own?.url, url);
    const bare = url.slice("https://".length, -1);
    const forms = [`http://${bare}`, `//www.${bare}`, bare.toUpperCase(), `${url}deed.pt_BR?x=1#y`];
    for (const form of [...forms, `${url}legalcode.en.txt`, `See <${url}>.`, `<a href='${url}'>terms</a>`]) {
      assert.deepEqual(licenseOfUrl(form), own, form);
    }
  }
});

test("every accepted licence is found by its name and version, and every port has a name", () => {
  for (const { ports, ...tool } of acceptedLicenses()) {
    assert.deepEqual(licenseOfPair(tool.license, tool.version), tool);
    assert.deepEqual(licenseOfPair(` ${tool.license.toUpperCase()}\n`, tool.version), tool);
    for (const port of ports) assert.ok(PORTS[port], port);
  }
});
