import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { SHARED, WITHOUT_SHARED } from "../../testing/run.js";
import { readLicense } from "./read.js";
import { licenseTitle } from "./titles.js";
import { acceptedLicenses } from "./tools.js";

const CC = "https://creativecommons.org/";

/** The page's path that a text leads to, or the refusal. */
function read(license: unknown, license_version?: unknown, license_url?: unknown): string {
  const found = readLicense({ license, license_version, license_url });
  return "license" in found ? found.license.url.slice(CC.length, -1) : `${found.code}: ${found.error}`;
}

test("a licence is understood by its name, however it is written", () => {
  const forms: Readonly<Record<string, readonly string[]>> = {
    "licenses/by/4.0": [
      ...[
        "CC BY 4.0",
        "cc by 4.0",
        "CC-BY-4.0",
        "cc_by_4.0",
        "CC BY 4",
        "CC BY v4.0",
        "CC BY 4,0",
        "CCBY 4.0",
        "CCBY4.0",
      ],
      ...[
        "by 4.0",
        "cc-by-4-0",
        "BY-4.0",
        "CC BY (4.0)",
        "CC BY Version 4.0",
        "CC BY 4.0 US",
        "ＣＣ ＢＹ ４.０",
        "CC‑BY 4.0",
      ],
      ...[
        "Creative Commons Attribution 4.0 International",
        "Attribution 4.0",
        "Namensnennung 4.0 International",
      ],
      "Creative Commons Attribution 4.0 International (CC BY 4.0)",
      "Creative Commons Attribution 4.0 International Public License",
      "Available under a Creative Commons Attribution 4.0 International (CC BY 4.0) license",
      "© Ada Walker, CC BY 4.0",
      "CC BY 4.0 by Ada Walker",
      "CC BY; see CC BY 4.0",
      "Attribution required. https://creativecommons.org/licenses/by/4.0/",
      '<a href="http://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>',
      "&lt;a href=&quot;http://creativecommons.org/licenses/by/4.0/&quot;&gt;Licence&lt;/a&gt;",
      "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
      "<!-- CC BY-SA 4.0 --> CC BY 4.0",
      "https://creativecommons.org/licenses/by/4.0/, http://creativecommons.org/licenses/by/4.0/deed.de",
    ],
    "licenses/by-nc/4.0": [
      "Attribution-NonCommercial 4.0 International",
      "Attribution - Pas d’Utilisation Commerciale 4.0 International",
      "CC BY-NC 4.0. For non-commercial use only.",
      "MIT Museum, CC BY-NC 4.0",
      `<a rel="license" href="http://creativecommons.org/licenses/by-nc/4.0/"><img alt="CC BY-SA 1.0"
        src="https://i.creativecommons.org/l/by-sa/4.0/88x31.png" /></a><br />This work is licensed under a
        <a href="http://creativecommons.org/licenses/by-nc/4.0/">Creative Commons Attribution-NonCommercial 4.0
        International License</a>.`,
    ],
    "licenses/by-nc-sa/4.0": ["CC BY-SA-NC 4.0", "ccbyncsa 4.0", "CC BY NC SA 4.0", "BYNCSA 4.0"],
    "licenses/by-nc-sa/2.0": [
      "Attribution-NonCommercial-ShareAlike 2.0 Generic",
      "Some rights reserved (CC BY-NC-SA 2.0)",
    ],
    "licenses/by-nc-nd/3.0": ["Attribution-Noncommercial-No Derivative Works 3.0 Unported"],
    "licenses/by-nc-nd/3.0/ch": ["Namensnennung-Nicht kommerziell-Keine Bearbeitung 3.0 Schweiz"],
    "licenses/by-nc-nd/3.0/igo": ["BY-NC-ND 3.0 IGO", "CC BY-NC-ND 3.0 IGO, 2019"],
    "licenses/by-nd-nc/1.0": ["CC BY-NC-ND 1.0", "CC-BY-NC-ND-1.0", "by-nd-nc 1.0"],
    "licenses/by-sa/3.0": [
      "Creative Commons Attribution-Share Alike 3.0 Unported license",
      "CC BY-SA 3.0 in the museum",
    ],
    "licenses/by-sa/3.0/de": [
      ...["CC BY-SA 3.0 DE", "cc-by-sa-3.0-de", "CC BY-SA 3.0 Germany", "CC BY-SA 3.0 DE, Ada Walker"],
      "Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 3.0 Deutschland",
    ],
    "licenses/by/3.0/nz": ["Attribution 3.0 New Zealand"],
    "licenses/by-sa/2.5/scotland": ["CC BY-SA 2.5 Scotland", "Attribution-ShareAlike 2.5 UK: Scotland"],
    "licenses/by/2.0/uk": ["Attribution 2.0 England & Wales", "CC BY 2.0 UK: England & Wales"],
    "licenses/by-sa/4.0": [
      "Not for sale, CC BY-SA 4.0",
      "Commercial use is allowed: CC BY-SA 4.0",
      "CC BY-SA 4.0, No known copyright restrictions",
    ],
    "licenses/by-sa/2.1/jp": ["CC-BY-SA-2.1-JP"],
    "licenses/by/2.0": ["CC BY 2.1"],
    "licenses/sampling+/1.0": ["Sampling Plus 1.0", "CC Sampling+", "sampling+"],
    "licenses/devnations/2.0": ["Developing Nations 2.0"],
    "publicdomain/zero/1.0": [
      ...[
        "CC0",
        "cc0 1.0",
        "CC-0",
        "CC Zero",
        "Creative Commons Zero v1.0 Universal",
        "Creative Commons 0",
        "CC0-1.0",
      ],
      "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication",
      "Public domain (CC0), 2020",
    ],
    "publicdomain/mark/1.0": [
      "Public Domain Mark 1.0",
      "Public Domain Mark",
      "PDM",
      "pdm 1.0",
      "CC PDM",
      "CC-PDM-1.0",
    ],
    "licenses/publicdomain": ["CC-PDDC", "Public Domain Dedication and Certification"],
  };
  for (const [page, texts] of Object.entries(forms)) {
    for (const text of texts) {
      assert.equal(read(text), page, text);
      assert.equal(read(null, null, text), page, `license_url: ${text}`);
    }
  }
});

test("name and version may stand in any of the fields", () => {
  assert.equal(read("CC BY", "4.0"), "licenses/by/4.0");
  assert.equal(read("BY", 4), "licenses/by/4.0");
  assert.equal(read("CC0", null), "publicdomain/zero/1.0");
  assert.equal(read("CC BY 4.0", "4.0"), "licenses/by/4.0");
  assert.equal(read("CC BY 4.0", "International"), "licenses/by/4.0");
  assert.equal(read("CC BY-SA 3.0 DE", "3.0"), "licenses/by-sa/3.0/de");
  assert.equal(read(null, "CC BY 4.0"), "licenses/by/4.0");
  assert.equal(read("4.0", null, "CC BY 4.0"), "licenses/by/4.0");
  assert.equal(read(null, "4.0", "https://creativecommons.org/licenses/by/"), "licenses/by/4.0");
  assert.equal(read("by", "4.0", "https://creativecommons.org/licenses/by/"), "licenses/by/4.0");
  assert.equal(read("by", "4.0", "https://museum.example.org/terms"), "licenses/by/4.0");
});

test("of a list of texts all count, and what a cleaned record carries may not say otherwise", () => {
  const by = "https://creativecommons.org/licenses/by/4.0/";
  const nc = "https://creativecommons.org/licenses/by-nc/4.0/";
  assert.equal(read(null, null, [by]), "licenses/by/4.0");
  assert.equal(read(["CC BY"], "4.0"), "licenses/by/4.0");
  assert.equal(read("by", "4.0", [nc]), "licenses/by-nc/4.0");
  assert.match(read(null, null, [by, nc]), /^license_conflict: .* CC BY 4.0 and CC BY-NC 4.0/);
  assert.match(read(["All rights reserved"], null, by), /^license_conflict: /);
  assert.equal(read(null, null, [5]), "bad_license: license is not a text");

  const carried = (license_url: string) => {
    const found = readLicense({ license: "by", license_version: "4.0" }, { license_url });
    return "error" in found ? `${found.code}: ${found.error}` : found.license.url;
  };
  assert.equal(
    carried("http://rightsstatements.org/vocab/InC/1.0/"),
    "license_conflict: license CC BY 4.0 contradicts meta_data.license_url, which names the rights statement InC (In Copyright)",
  );
  assert.match(carried("https://creativecommons.org/licenses/by-nc/"), /^license_conflict: .* CC BY-NC$/);
  assert.equal(carried("https://creativecommons.org/licenses/by/"), by);
  assert.equal(carried("https://museum.example.org/terms"), by);
});

const BY_VERSIONS = "1.0, 2.0, 2.1, 2.5, 3.0 and 4.0";

test("no version is guessed: the refusal says which there are", () => {
  const missing = `missing_license_version: license_version is missing: CC BY has ${BY_VERSIONS}`;
  for (const text of [
    "by",
    "CC BY",
    "cc by",
    "Attribution",
    "Attribution License",
    "CC BY 2008",
    "CC BY. 4.0 MB",
  ])
    assert.equal(read(text), missing, text);
  assert.equal(read("https://creativecommons.org/licenses/by/"), missing);
  assert.equal(read("Creative Commons Attribution license (reuse allowed)"), missing);
  assert.equal(
    read("CC BY 5.0"),
    `bad_license: license names CC BY 5.0, which does not exist (CC BY has ${BY_VERSIONS}): CC BY 5.0`,
  );
  assert.equal(
    read("cc0", "4.0"),
    "bad_license: license names CC0 4.0, which does not exist (CC0 has 1.0): cc0 4.0",
  );
  assert.equal(
    read("https://creativecommons.org/licenses/by/2.1/fr/"),
    "bad_license: license names CC BY 2.1 without its port (that version has au, ca, es and jp alone): " +
      "https://creativecommons.org/licenses/by/2.1/fr/",
  );
  assert.equal(read(null, "4.0"), "missing_license: license is missing");
  assert.equal(read(" ", null, "\n"), "missing_license: license is missing");
});

test("two licences in one text are a contradiction, and so is one beside words against it", () => {
  const contradictions: Readonly<Record<string, string>> = {
    "CC BY 4.0 or CC BY-NC 4.0": "CC BY 4.0 and CC BY-NC 4.0",
    "CC BY-SA 4.0, 3.0": "CC BY-SA 4.0 and CC BY-SA 3.0",
    "CC BY-SA 3.0 and 4.0": "CC BY-SA 3.0 and CC BY-SA 4.0",
    "CC BY or CC BY-SA 4.0": "CC BY-SA 4.0 and CC BY",
    "CC BY or CC BY-SA": "CC BY and CC BY-SA",
    '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY-SA</a>': "CC BY 4.0 and CC BY-SA",
    "https://creativecommons.org/licenses/by/4.0/;https://creativecommons.org/licenses/by/3.0/":
      "CC BY 4.0 and CC BY 3.0",
    "https://creativecommons.org/licenses/by/4.0/|http://rightsstatements.org/vocab/InC/1.0/":
      "CC BY 4.0 and the rights statement InC (In Copyright)",
    "CC BY 4.0, all rights reserved": "CC BY 4.0 and that all rights are reserved",
    "Metadata: CC0 1.0": "CC0 1.0 and that the licence is that of the metadata",
    "The metadata are under CC BY 4.0": "CC BY 4.0 and that the licence is that of the metadata",
    "CC BY 4.0. Non-commercial use only.": "CC BY 4.0 and that commercial use is not allowed",
    "CC BY 4.0. Non-commercial.": "CC BY 4.0 and that commercial use is not allowed",
    "CC BY 4.0; commercial use requires permission": "CC BY 4.0 and that commercial use is not allowed",
    "CC BY 4.0, for educational use only": "CC BY 4.0 and that only some uses are allowed",
    "In Copyright, CC BY 4.0": "CC BY 4.0 and the rights statement InC (In Copyright)",
    "CC BY 4.0 / InC-EDU":
      "CC BY 4.0 and the rights statement InC-EDU (In Copyright - Educational Use Permitted)",
    'This is not under <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>':
      "CC BY 4.0 and that the work is not under a licence",
    "GFDL 1.2 or CC BY-SA 3.0": "CC BY-SA 3.0 and the GNU Free Documentation License",
    "CC BY 4.0 (non-commercial) https://creativecommons.org/licenses/by/4.0/":
      "CC BY 4.0 and a further condition",
  };
  for (const [text, both] of Object.entries(contradictions))
    assert.equal(read(text), `license_conflict: license contradicts itself: it says ${both}: ${text}`);
});

test("fields that contradict each other are refused, but an address that names a licence wins", () => {
  assert.equal(
    read("CC BY 4.0", "3.0"),
    "license_conflict: license says CC BY 4.0, but license_version says 3.0: CC BY 4.0 3.0",
  );
  assert.equal(
    read("by", "4.0", "http://rightsstatements.org/vocab/InC/1.0/"),
    "license_conflict: license CC BY 4.0 contradicts license_url, which names the rights statement InC (In Copyright)",
  );
  assert.equal(
    read("by", "4.0", "https://creativecommons.org/licenses/by-nc/"),
    "license_conflict: license CC BY 4.0 contradicts license_url, which names CC BY-NC",
  );
  assert.equal(
    read("by", "4.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "publicdomain/zero/1.0",
  );
  assert.equal(read("CC BY-NC", null, "https://creativecommons.org/licenses/by/4.0/"), "licenses/by/4.0");
  assert.equal(
    read("All rights reserved", null, "https://creativecommons.org/licenses/by/4.0/"),
    "license_conflict: license_url names CC BY 4.0, but license says that all rights are reserved",
  );
  assert.equal(
    read("Not for commercial use", null, "https://creativecommons.org/licenses/by-nc/4.0/"),
    "licenses/by-nc/4.0",
  );
});

test("what is no licence of ours is refused, with the true reason", () => {
  const reasons: readonly (readonly [why: string, ...texts: string[]])[] = [
    [
      "is the rights statement InC (In Copyright), which is no licence",
      "InC",
      "In copyright",
      "In Copyright (InC)",
      "http://rightsstatements.org/page/InC/1.0/?language=en",
    ],
    [
      "is the rights statement NoC-US (No Copyright - United States), which is no licence",
      "noc-us",
      "No Copyright – United States",
      "https://rightsstatements.org/vocab/NoC-US/1.0/ ",
    ],
    [
      "is the rights statement NKC (No Known Copyright), which is no licence",
      "NKC",
      "rightsstatements.org/data/NKC/1.0.ttl",
    ],
    ["is the rights statement rr-f of Europeana", "http://www.europeana.eu/rights/rr-f/"],
    [
      "says which licence the work is not under",
      ...[
        "Not CC BY 4.0",
        "no longer CC BY-SA 4.0",
        "formerly CC BY 4.0",
        "This isn’t available under a CC BY 4.0 licence",
      ],
      "Das Bild steht nicht unter der Lizenz CC BY 4.0",
    ],
    ["says that all rights are reserved", "All rights reserved", "© Ada. Alle Rechte vorbehalten."],
    ["says that commercial use is not allowed", "Restricted - Not for Commercial Use"],
    [
      "is a copyright notice, not an open licence",
      "© 2020 Museum",
      "Copyright Ada Walker",
      "copyrighted",
      "(c) Ada",
    ],
    [
      'says "public domain" in words: only CC0 and the Public Domain Mark 1.0, named or linked, are accepted',
      ...["public domain", "Domaine public", "Gemeinfrei", "PD-old"],
    ],
    ["says that no restrictions are known, which is no licence", "No known copyright restrictions"],
    [
      "says who may read the work, not how it may be used",
      "Open Access",
      "info:eu-repo/semantics/openAccess",
    ],
    [
      "is a GNU licence for software, none of those that are accepted",
      "GPL-3.0",
      "AGPL",
      "http://www.gnu.org/licenses/gpl.html",
    ],
    [
      "is the GNU Free Documentation License, none of those that are accepted",
      "GFDL",
      "GNU Free Documentation License 1.3",
    ],
    [
      "is the MIT licence for software, none of those that are accepted",
      "MIT",
      "https://opensource.org/licenses/MIT",
    ],
    [
      "is the Apache licence for software, none of those that are accepted",
      "Apache License 2.0",
      "http://www.apache.org/licenses/LICENSE-2.0",
    ],
    ["is the Licence Ouverte of Etalab, none of those that are accepted", "Licence Ouverte / Etalab 2.0"],
    [
      "is a licence of Open Data Commons for data, none of those that are accepted",
      "ODbL 1.0",
      "https://opendatacommons.org/licenses/by/1-0/",
    ],
    ["is the GPL licence", "http://creativecommons.org/licenses/GPL/2.0/"],
    [
      "is the picture of a badge, not the address of a licence",
      "https://i.creativecommons.org/l/by/4.0/88x31.png",
    ],
    [
      "is an address at Creative Commons that names no licence",
      "http://creativecommons.org/choose/",
      "https://creativecommons.org/licenses/by-nd-sa/4.0/",
    ],
    ["names Creative Commons, but not which licence", "Creative Commons", "CC"],
    [
      "names a licence in a way that cannot be read for certain",
      "CC BY-XY 4.0",
      "CC BY-ND-SA 4.0",
      "CC BY 4.0 NC",
    ],
    [
      "is not an open licence we know",
      "NULL",
      "Attribution: Ada Walker",
      "CC0nstruction",
      "Photo by 4.0 people",
      "https://museum.example.org/terms",
    ],
  ];
  for (const [why, ...texts] of reasons)
    for (const text of texts) assert.equal(read(text), `bad_license: license ${why}: ${text.trim()}`);
  assert.equal(read(null, null, {}), "bad_license: license is not a text");
  assert.match(
    read(`CC BY 4.0 ${"x".repeat(10_000)}`),
    /^bad_license: license is a text of 10010 characters, too long/,
  );
});

const tool = fc.constantFrom(...acceptedLicenses());

test("a title leads to its licence, within any words that say nothing about licences", () => {
  const words = fc.constantFrom(
    "",
    "Photo: Ada Walker",
    "© 2020 Museum of Examples",
    "see",
    "2020",
    "<b>Foto</b>",
  );
  fc.assert(
    fc.property(tool, words, words, ({ license, version, url }, before, after) => {
      const text = `${before} (${licenseTitle(license, version)}). ${after}`;
      // Single parts and their kin are words like any other, but for a text that is nothing else.
      fc.pre(/^(?:by|cc0|pdm|publicdomain)/.test(license));
      assert.equal(read(text), url.slice(CC.length, -1), text);
    }),
  );
});

test("two licences are never one", () => {
  fc.assert(
    fc.property(tool, tool, (a, b) => {
      fc.pre(a.license !== b.license || a.version !== b.version);
      // The page of 2.1 without a port is that of 2.0.
      fc.pre(a.version !== "2.1" && b.version !== "2.1");
      assert.match(read(`${a.url} ${b.url}`), /^license_conflict: /);
    }),
  );
});

test("any text is read in a moment, and what comes of it is a licence that reads back, or a reason", () => {
  const part = fc.constantFrom(
    ...[
      "CC",
      "BY",
      "-",
      "NC",
      "4.0",
      "3.0",
      " ",
      "http://",
      "creativecommons.org/",
      "licenses/",
      "by/",
      "&amp;",
      "<",
    ],
    ...[
      ">",
      "a.",
      "Attribution",
      "and",
      "DE",
      "public domain",
      "mark",
      "(",
      "\u0000",
      "%",
      "www.",
      "v",
      "InC",
      "\ud800",
    ],
  );
  const odd = fc.oneof(
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
    fc.constantFrom("some", 4, null, undefined),
  );
  fc.assert(
    fc.property(odd, odd, odd, (license, license_version, license_url) => {
      const found = readLicense({ license, license_version, license_url });
      if ("error" in found) {
        assert.match(found.error, /^license[^\u0000-\u001f\u007f]{1,390}$/s);
        return;
      }
      const { license: one } = found;
      const again = readLicense(
        { license: one.license, license_version: one.version },
        { license_url: one.url },
      );
      assert.deepEqual("license" in again && again.license, one);
    }),
    { numRuns: 2000 },
  );
  for (const unit of [
    "<",
    "a.",
    "a+",
    "<!--",
    "non ",
    "&",
    "//",
    "cc by ",
    "creative commons ",
    "4.",
    "gnu ",
    "-",
  ]) {
    const text = unit.repeat(10_000 / unit.length);
    const start = performance.now();
    readLicense({ license: text });
    assert.ok(performance.now() - start < 1000, `${unit}: ${performance.now() - start} ms`);
  }
});

/** Given cases: texts of rights fields, and licence URLs as found in the wild. */
interface Case {
  readonly kind?: string;
  readonly what: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is different for every kind
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  readonly expected: any;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  readonly also_right?: any;
}

function casesOf(file: string): Case[] {
  const read = JSON.parse(readFileSync(join(SHARED, "cases", file), "utf8")) as Case[] | { cases: Case[] };
  return Array.isArray(read) ? read : read.cases;
}

test("the given texts of rights fields are understood or refused", { skip: WITHOUT_SHARED }, () => {
  const cases = casesOf("oai-iiif.json").filter(({ kind }) => kind === "rights");
  assert.ok(cases.length > 20);
  for (const { what, input, expected, also_right } of cases) {
    for (const field of ["license", "license_url"]) {
      const found = readLicense({ [field]: input.text });
      const isRight = (want: Case["expected"]) => {
        if ("refused" in want)
          return "error" in found && (!want.statement || found.error.includes(want.statement));
        if ("error" in found || (want.license_url && want.license_url !== found.license.url)) return false;
        return found.license.license === want.license && found.license.version === want.license_version;
      };
      assert.ok(
        isRight(expected) || (also_right && isRight(also_right)),
        `${what}: ${JSON.stringify(found)}`,
      );
    }
  }
});

test("the given licence URLs from the wild are understood, or none", { skip: WITHOUT_SHARED }, () => {
  const cases = casesOf("common-crawl.json").filter(({ what }) => what.startsWith("licence URL in the wild"));
  assert.ok(cases.length >= 70);
  for (const { input, expected } of cases) {
    const found = readLicense({ license_url: input });
    assert.deepEqual("license" in found ? found.license : null, expected, input);
  }
});
