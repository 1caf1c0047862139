import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync } from "node:fs";
import { Writable } from "node:stream";
import { test } from "node:test";
import { setImmediate as setImmediately, setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../failure.js";
import { LineWriter, ReaderGone } from "./output.js";

/** A stream that keeps what it is given, and takes each chunk when `take` lets it. */
function recorder({
  take = async () => {},
  highWaterMark = 16 * 1024,
}: {
  take?: () => Promise<void>;
  highWaterMark?: number;
} = {}) {
  const chunks: string[] = [];
  const stream = new Writable({
    highWaterMark,
    write(chunk: Buffer, _, done) {
      if (chunk.length > 0) chunks.push(chunk.toString());
      take().then(() => done(), done);
    },
  });
  return { stream, chunks };
}

/** A stream whose reader is gone: every write fails as on a closed pipe. */
const failing = (code: string, delay = 0) =>
  new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) =>
      void setTimeout(() => done(Object.assign(new Error(code), { code })), delay),
  });

const gone = (error: unknown) => error instanceof ReaderGone;
/** Longer than a batch. */
const LONG = "x".repeat(70_000);

test("lines are written in order, each with its line end, in batches that fill a pipe but for the last of it", async () => {
  const { stream, chunks } = recorder();
  const writer = new LineWriter(stream, "stdout");
  const lines = Array.from({ length: 20_000 }, (_, i) => `{"line":${i},"text":"é"}`);
  for (const line of lines) await writer.write(line);
  await writer.end();
  assert.equal(chunks.join(""), lines.map((line) => `${line}\n`).join(""));
  for (const { length } of chunks.slice(0, -1))
    assert.ok(length >= 48 * 1024 && length <= 64 * 1024, `a chunk of ${length}`);
  assert.equal(writer.bytesWritten, Buffer.byteLength(chunks.join("")));
});

test("a batch stays as it is until the stream has taken it, however late that is", async () => {
  const chunks: string[] = [];
  const stream = new Writable({
    highWaterMark: 2 ** 30,
    write: (chunk: Buffer, _, done) =>
      void setImmediate(() => {
        chunks.push(chunk.toString());
        done();
      }),
  });
  const writer = new LineWriter(stream, "stdout");
  const lines = Array.from({ length: 20_000 }, (_, i) => `{"line":${i},"text":"é\ud800"}`);
  // At first without a pause, then with time for the stream to take all of it now and then.
  for (const line of lines) writer.write(line);
  for (const line of lines) {
    writer.write(line);
    if (stream.writableLength > 200_000) while (stream.writableLength > 0) await setImmediately();
  }
  await writer.end();
  // Half a surrogate pair is no character.
  const text = lines.map((line) => `${line.replace("\ud800", "\ufffd")}\n`).join("");
  assert.equal(chunks.join("") === text + text, true);
});

test("a line from a slow source shows at once, without waiting for the batch to fill", async () => {
  const { stream, chunks } = recorder();
  const writer = new LineWriter(stream, "stdout");
  for (const line of ["first", "second"]) {
    writer.write(line);
    const start = performance.now();
    while (!chunks.join("").includes(line)) {
      assert.ok(performance.now() - start < 2000, `${line} was not written within 2 s`);
      await sleep(5);
    }
  }
  assert.deepEqual(chunks, ["first\n", "second\n"]);
});

test("lines that come together go out together", async () => {
  const { stream, chunks } = recorder();
  const writer = new LineWriter(stream, "stdout");
  for (const line of ["a", "b", "c"])
    assert.equal(writer.write(line), undefined, "there is nothing to wait for");
  await sleep(150);
  assert.deepEqual(chunks, ["a\nb\nc\n"]);
});

test("a slow reader is waited for, so that no more than a batch is held beside what the stream holds", async () => {
  let taken = 0;
  const { stream } = recorder({ take: () => sleep(2).then(() => void taken++), highWaterMark: 1 });
  const writer = new LineWriter(stream, "stdout");
  for (let i = 1; i <= 20; i++) {
    await writer.write(LONG);
    assert.equal(taken, i, "the writer went on before the batch was taken");
    assert.equal(stream.writableLength, 0);
  }
  await writer.end();
});

test("waiting adds no listeners that stay, and no warning about them", async () => {
  const { stream } = recorder({ take: () => sleep(0), highWaterMark: 1 });
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const writer = new LineWriter(stream, "stdout");
  const before = stream.eventNames().map((event) => [event, stream.listenerCount(event)]);
  for (let i = 0; i < 30; i++) await writer.write(LONG);
  await sleep(10);
  process.off("warning", onWarning);
  assert.deepEqual(
    stream.eventNames().map((event) => [event, stream.listenerCount(event)]),
    before,
  );
  assert.deepEqual(warnings, []);
});

test("end waits until the last line has left, and leaves the stream open", async () => {
  let left = false;
  const take = async () => {
    await sleep(30);
    left = true;
  };
  const { stream, chunks } = recorder({ take });
  const writer = new LineWriter(stream, "stdout");
  writer.write("last");
  await writer.end();
  assert.equal(left, true);
  assert.equal(stream.writable, true);
  writer.write("later");
  await writer.end();
  assert.deepEqual(chunks.join(""), "last\nlater\n");
});

test("end without a line writes nothing", async () => {
  const { stream, chunks } = recorder();
  await new LineWriter(stream, "stdout").end();
  assert.equal(chunks.join(""), "");
});

test("a reader that goes away while it is waited for is ReaderGone, not an error of the system", async () => {
  const writer = new LineWriter(failing("EPIPE", 10), "stdout");
  await assert.rejects(async () => writer.write(LONG), gone);
});

test("a reader that went away is known at the next line, and at the end", async () => {
  const writer = new LineWriter(failing("EPIPE"), "stdout");
  writer.write("a");
  await sleep(150);
  assert.throws(() => writer.write("b"), gone);
  await assert.rejects(writer.flush(), gone);
  await assert.rejects(writer.end(), gone);
});

test("lines that still wait when the stream fails do not make the end wait for ever", {
  timeout: 5000,
}, async () => {
  const stream = failing("EPIPE");
  const writer = new LineWriter(stream, "stdout");
  writer.write("waits in the batch");
  stream.write("breaks the pipe");
  await sleep(10);
  await assert.rejects(writer.end(), gone);
});

test("any other error of the stream is a failure that names the output, at the first line after it", async () => {
  const writer = new LineWriter(failing("ENOSPC"), "out.ndjson");
  await assert.rejects(
    async () => writer.write(LONG),
    (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.message, "cannot write out.ndjson: no space left on device");
      assert.equal(error.outcome, "no_output");
      return true;
    },
  );
  assert.throws(() => writer.write("more"), Failure);
});

test("what was not accepted is not counted as written", async () => {
  const writer = new LineWriter(failing("ENOSPC"), "out.ndjson");
  await assert.rejects(async () => writer.write(LONG));
  assert.equal(writer.bytesWritten, 0);
});

test("lines for a stream that was closed are a failure, and are not lost in silence", async () => {
  const { stream } = recorder();
  const writer = new LineWriter(stream, "stdout");
  stream.destroy();
  writer.write("a");
  await assert.rejects(writer.end(), {
    name: "Failure",
    outcome: "no_output",
    message: /^cannot write stdout: /,
  });
});

test("a full disk is a failure", {
  skip: existsSync("/dev/full") ? false : "there is no /dev/full",
}, async () => {
  const writer = new LineWriter(createWriteStream("/dev/full"), "/dev/full");
  const writing = async () => {
    writer.write("a");
    await writer.end();
  };
  await assert.rejects(writing(), {
    name: "Failure",
    outcome: "no_output",
    message: "cannot write /dev/full: no space left on device",
  });
});

test("a real pipe whose reader stops early ends in ReaderGone", { timeout: 20_000 }, async () => {
  const head = spawn("head", ["-n", "1"], { stdio: ["pipe", "pipe", "inherit"] });
  const printed: Buffer[] = [];
  head.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  const writer = new LineWriter(head.stdin, "stdout");
  const writing = async () => {
    for (let i = 0; ; i++) await writer.write(`line ${i} ${"x".repeat(1000)}`);
  };
  await assert.rejects(writing(), gone);
  await once(head, "close");
  assert.match(Buffer.concat(printed).toString(), /^line 0 x+\n$/);
});
