import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { timestampOf } from "../record/times.js";
import { httpTimeIn, isDay, isWrittenTime, timeIn } from "./times.js";

/** Forms and what comes of each, in UTC; null where it is no time. */
const TIMES: readonly (readonly [text: string, time: string | null])[] = [
  ["2026-01-31", "2026-01-31T00:00:00.000Z"],
  ["2026-01-31T12:00", "2026-01-31T12:00:00.000Z"],
  ["2024-03-31T02:30:00", "2024-03-31T02:30:00.000Z"],
  ["2024-03-31 02:30:00", "2024-03-31T02:30:00.000Z"],
  ["2011-12-30T12:00:00", "2011-12-30T12:00:00.000Z"],
  ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31t12:00:00z", "2026-01-31T12:00:00.000Z"],
  ["2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123Z"],
  ["2026-01-31 12:00:00.5+02", "2026-01-31T10:00:00.500Z"],
  ["2026-01-31T12:00:00+0530", "2026-01-31T06:30:00.000Z"],
  ["2026-01-31 12:00:00 -03:30", "2026-01-31T15:30:00.000Z"],
  ["2026-01-31T24:00:00", "2026-02-01T00:00:00.000Z"],
  ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ["2000-02-29", "2000-02-29T00:00:00.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ["2026-02-30", null],
  ["2026-02-30T12:00:00Z", null],
  ["2026-13-01", null],
  ["2026-00-10", null],
  ["2026-01-00", null],
  ["1900-02-29", null],
  ["2025-02-29T00:00:00.000Z", null],
  ["2026-01-31T24:00:01", null],
  ["2026-01-31 24:00:00.001", null],
  ["2026-01-31T25:00:00Z", null],
  ["2026-01-31 12:60", null],
  ["2016-12-31T23:59:60Z", null],
  ["2016-12-31 23:59:60", null],
  ["0000-01-01", null],
  ["0000-01-01T00:00:00.000Z", null],
  ["-000001-01-01T00:00:00.000Z", null],
  ["+010000-01-01T00:00:00.000Z", null],
  ["12026-01-01", null],
  ["0001-01-01T00:00:00+01:00", null],
  ["9999-12-31T23:59:59-01:00", null],
  ["2026-01-31T12:00:00+24:00", null],
  ["2026-01-31T12:00:00+01:60", null],
  ["2026-01-31 (a comment)", null],
  ["2026-01-31/12:00", null],
  ["2026-1-31", null],
  ["2026-01", null],
  ["2026-01-31T12", null],
  ["2026-01-31 12:00 PM", null],
  ["31 Jan 2026", null],
  ["Jan 31, 2026 12:00", null],
  ["1767225600", null],
  ["٢٠٢٦-01-31", null],
  ["", null],
];

const HTTP_TIMES: typeof TIMES = [
  ["Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
  ["Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
  ["Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37.000Z"],
  ["Sun, 30 Feb 2026 08:49:37 GMT", null],
  ["Sun, 06 Nov 1994 25:49:37 GMT", null],
  ["Sun, 06 Nov 1994 08:49:37", null],
  ["2026-01-31", null],
];

function written(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/** All that the readers say of the tables. */
function answers(): unknown {
  return [
    TIMES.map(([text]) => [text, written(timeIn(text))]),
    HTTP_TIMES.map(([text]) => [text, written(httpTimeIn(text))]),
  ];
}

if (process.argv[2] === "answers") {
  process.stdout.write(JSON.stringify(answers()));
} else {
  for (const zone of ["America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]) {
    test(`times come as they are meant where TZ is ${zone}`, () => {
      const file = new URL(import.meta.url).pathname;
      const output = execFileSync(process.execPath, [file, "answers"], { env: { ...process.env, TZ: zone } });
      assert.deepEqual(JSON.parse(output.toString()), [TIMES, HTTP_TIMES]);
    });
  }

  test("records store the same times, with blanks around them or without", () => {
    for (const [text, time] of TIMES) {
      assert.equal(timestampOf(text), time, text);
      assert.equal(timestampOf(` ${text}\t`), time, text);
    }
  });

  test("days are days alone, and times are those in their own form", () => {
    for (const [text, time] of TIMES) {
      assert.equal(isDay(text), /^\d{4}-\d\d-\d\d$/.test(text) && time !== null, text);
      assert.equal(isWrittenTime(text), text === time, text);
    }
  });
}
