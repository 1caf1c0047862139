import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Database } from "../../base/sqlite/index.js";
import {
  cleanGiven,
  comparableId,
  comparableUrl,
  fileHash,
  type MediaType,
  workKey,
} from "../../record/index.js";
import { loadOptions, sampleRecord } from "../../testing/samples.js";
import { check } from "./check.js";
import { staging } from "./database.js";
import { dumped } from "./dump.test.util.js";
import { Loader } from "./load.js";
import { loadRecord } from "./load.test.util.js";
import { Remover } from "./remove.js";

/** Removals and loads in any order, against a list in memory. */

interface Given {
  readonly media_type: MediaType;
  readonly provider: string;
  readonly foreign_identifier: string;
  readonly url: string;
}

interface Removal {
  /** Provider and comparable identifier. */
  work: string | undefined;
  /** Of the record that was removed. */
  readonly of: MediaType | undefined;
  only: MediaType | undefined;
  file: string | undefined;
}

const workOf = ({ provider, foreign_identifier }: Omit<Given, "media_type" | "url">) =>
  `${provider} ${comparableId(provider, foreign_identifier)}`;
const fileOf = ({ url }: { url: string }) => comparableUrl(url);

/** What the database has to be like. */
class Model {
  records: Given[] = [];
  removals: Removal[] = [];

  isRefused(record: Given): boolean {
    const { media_type: media } = record;
    return this.removals.some(
      ({ work, only, file }) =>
        (work === workOf(record) && (only ?? media) === media) || file === fileOf(record),
    );
  }

  load(record: Given, restore: boolean): boolean {
    const isRefused = this.isRefused(record);
    if (isRefused && !restore) return false;
    const { media_type: media } = record;
    const isSame = (other: Given) =>
      other.media_type === media &&
      other.provider === record.provider &&
      other.foreign_identifier === record.foreign_identifier;
    const isHeld = this.records.some(
      (other) => other.media_type === media && !isSame(other) && fileOf(other) === fileOf(record),
    );
    if (isHeld) return false;
    if (isRefused) this.takeBack(record);
    this.records = [...this.records.filter((other) => !isSame(other)), record];
    return true;
  }

  takeBack(record: Given): void {
    const { media_type: media } = record;
    for (const removal of this.removals) {
      if (removal.work === workOf(record) && (removal.of ?? removal.only ?? media) === media)
        removal.work = undefined;
    }
    for (const removal of this.removals) {
      if (removal.work === workOf(record)) removal.only ??= removal.of;
      if (removal.file === fileOf(record)) removal.file = undefined;
    }
  }

  /** Removes records, and all that have their files; then what the name itself says. */
  remove(isNamed: (record: Given) => boolean, only: MediaType | undefined, isByWork: boolean): number {
    const named = this.records.filter(isNamed);
    const gone = new Set(named);
    const goesWith = (one: Given) => (other: Given) =>
      fileOf(one) === fileOf(other) || (workOf(one) === workOf(other) && one.media_type === other.media_type);
    // A set is walked to what is added meanwhile, too.
    for (const record of gone) for (const other of this.records.filter(goesWith(record))) gone.add(other);
    for (const record of gone) {
      const isOwn = isByWork && named.includes(record);
      this.removals.push({
        work: workOf(record),
        of: record.media_type,
        only: isOwn ? only : record.media_type,
        file: fileOf(record),
      });
    }
    this.records = this.records.filter((record) => !gone.has(record));
    return gone.size;
  }

  remember(work: string | undefined, only: MediaType | undefined, file: string | undefined): void {
    const isKnown = this.removals.some(
      (one) => one.work === work && (one.only === undefined || one.only === only),
    );
    const isNewWork = work !== undefined && !isKnown;
    const isNewFile = file !== undefined && !this.removals.some((one) => one.file === file);
    if (!isNewWork && !isNewFile) return;
    this.removals.push({
      work: isNewWork ? work : undefined,
      of: undefined,
      only: isNewWork ? only : undefined,
      file: isNewFile ? file : undefined,
    });
  }
}

const FILES = [
  "https://e.org/a.jpg",
  "http://www.e.org:80/%61.jpg",
  "https://e.org/b.jpg",
  "https://E.org/b.jpg#x",
];
const media = fc.constantFrom<MediaType>("image", "audio");
const work = fc.record({
  provider: fc.constantFrom("flickr", "my_museum"),
  foreign_identifier: fc.constantFrom("1", "01", "１", "2"),
});
const given: fc.Arbitrary<Given> = fc
  .tuple(work, media, fc.constantFrom(...FILES))
  .map(([key, media_type, url]) => ({ ...key, media_type, url }));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("load" as const), record: given, restore: fc.constant(false) }),
  },
  fc.record({ do: fc.constant("load" as const), record: given, restore: fc.constant(true) }),
  fc.record({
    do: fc.constant("remove" as const),
    work: fc.option(fc.tuple(work, fc.option(media, { nil: undefined })), { nil: undefined }),
    file: fc.option(fc.constantFrom(...FILES), { nil: undefined }),
    isHash: fc.boolean(),
    isUuid: fc.boolean(),
  }),
);

test("loads and removals in any order leave what they should, and refuse what they should", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const database = new Database(":memory:");
      staging.createTables(database);
      const model = new Model();
      for (const one of steps) {
        if (one.do === "load") {
          const cleaned = cleanGiven(sampleRecord({ ...one.record }));
          assert.ok("record" in cleaned, JSON.stringify(cleaned));
          const options = { ...loadOptions(new Date(0)), restore: one.restore };
          const loader = new Loader(database, "db", options);
          const refusal = loadRecord(loader, cleaned.record);
          loader.commit();
          assert.equal(refusal === undefined, model.load(one.record, one.restore), JSON.stringify(refusal));
        } else {
          const [key, type] = one.work ?? [];
          const only = one.isUuid ? undefined : type;
          const name = {
            ...(key &&
              (one.isUuid
                ? { identifier: workKey(key.provider, key.foreign_identifier) }
                : { work: { ...key, media_type: type } })),
            ...(one.file && (one.isHash ? { urlSha256: fileHash(one.file) } : { url: one.file })),
          };
          const remover = new Remover(database, new Date(0));
          remover.remove(name, "x");
          remover.finish();
          let removed = 0;
          if (key) {
            const isNamed = (record: Given) =>
              workOf(record) === workOf(key) && (only ?? record.media_type) === record.media_type;
            removed += model.remove(isNamed, only, true);
          }
          if (one.file)
            removed += model.remove(
              (record) => fileOf(record) === fileOf({ url: one.file as string }),
              undefined,
              false,
            );
          model.remember(key && workOf(key), only, one.file && fileOf({ url: one.file }));
          assert.equal(remover.counts.removed, removed);
        }
        const keys = (record: object) => {
          const { media_type, provider, foreign_identifier, url } = record as Given;
          return JSON.stringify([media_type, provider, foreign_identifier, fileOf({ url })]);
        };
        assert.deepEqual(dumped(database).map(keys).sort(), model.records.map(keys).sort());
      }
      assert.deepEqual(check(database).faults, []);
      database.close();
    }),
    { numRuns: 200 },
  );
});
