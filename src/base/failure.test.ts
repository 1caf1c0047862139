import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { errorCode, Failure, OUTCOMES, orFail, shortageOf, systemReason, toldAs } from "./failure.js";

test("the exit codes are those that shells and scripts rely on", () => {
  const exits = Object.fromEntries(Object.entries(OUTCOMES).map(([name, { exit }]) => [name, exit]));
  assert.deepEqual(exits, {
    done: 0,
    unexpected: 1,
    usage: 2,
    bad_input: 65,
    no_input: 66,
    refused: 69,
    no_output: 73,
    temporary: 75,
    no_permission: 77,
    interrupted: 130,
  });
});

test("only what a second run can cure is retryable", () => {
  const retryable = Object.entries(OUTCOMES).filter(([, outcome]) => outcome.retryable);
  assert.deepEqual(
    retryable.map(([name]) => name),
    ["temporary", "interrupted"],
  );
});

test("a failure carries its exit code, its place and its cause", () => {
  const cause = new Error("the socket closed");
  const failure = new Failure("temporary", "try again", { place: { file: "a.ndjson", line: 7 }, cause });
  assert.equal(failure.exit, 75);
  assert.equal(failure.retryable, true);
  assert.deepEqual(failure.place, { file: "a.ndjson", line: 7 });
  assert.equal(failure.cause, cause);
  assert.equal(String(failure), "Failure: try again");
});

test("a failure without a cause does not pretend to have one", () => {
  assert.equal("cause" in new Failure("usage", "no such flag"), false);
});

test("a system error is told in words", () => {
  const reason = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return systemReason(error);
    }
    return assert.fail("it did not throw");
  };
  assert.equal(
    reason(() => readFileSync("/nowhere/at/all")),
    "no such file or folder",
  );
  assert.equal(
    reason(() => readFileSync("/")),
    "it is a folder",
  );
  assert.equal(
    reason(() => readFileSync("/dev/null/x")),
    "a part of the path is not a folder",
  );
  assert.equal(
    reason(() => readFileSync(`/${"x".repeat(300)}`)),
    "the name is too long",
  );
});

test("words of libuv go without its code, call and path", () => {
  for (const [message, words] of [
    ["ECONNREFUSED: connection refused, connect", "connection refused"],
    ["EUNATCH: protocol driver not attached, copyfile 'a, b' -> 'c'", "protocol driver not attached"],
    ["EODD: odd", "odd"],
  ] as const) {
    assert.equal(systemReason(new Error(message)), words);
  }
});

/** What really throws, where it can be made to, and what Node, V8 and SQLite say where it cannot. */
const SHORT: readonly (readonly [
  what: string,
  work: () => unknown,
  outcome: Failure["outcome"],
  words: RegExp,
])[] = [
  ["a text", () => "x".repeat(2 ** 29).concat("x".repeat(2 ** 29)), "bad_input", /longer than a text may be/],
  [
    "bytes as a text",
    () => Buffer.allocUnsafe(2 ** 29 + 10).toString("latin1"),
    "bad_input",
    /longer than a text/,
  ],
  ["a list", () => Array(-1), "bad_input", /larger than a list may be/],
  [
    "levels",
    () => {
      const deeper = (): unknown => [deeper()];
      return deeper();
    },
    "bad_input",
    /nested too deeply/,
  ],
  ["a buffer", () => new ArrayBuffer(2 ** 52), "temporary", /^out of memory: /],
  [
    "WebAssembly",
    thrower("WebAssembly.Memory.grow(): Unable to grow instance memory", ""),
    "temporary",
    /addresses: .*ulimit -v/,
  ],
  ["files", thrower("EMFILE: too many open files, open 'x'", "EMFILE"), "temporary", /ulimit -n$/],
  [
    "threads",
    thrower("Worker initialization failure: EAGAIN", "ERR_WORKER_INIT_FAILED"),
    "temporary",
    /ulimit -u/,
  ],
  [
    "an engine",
    thrower(
      "Worker terminated due to reaching memory limit: JS heap out of memory",
      "ERR_WORKER_OUT_OF_MEMORY",
    ),
    "temporary",
    /max-old-space-size/,
  ],
  ["a module", thrower("unreachable", ""), "temporary", /^out of memory: /],
  [
    "the reader of lines",
    thrower("the reader of lines is out of memory", ""),
    "temporary",
    /^out of memory: /,
  ],
  ["SQLite", thrower("out of memory", "SQLITE_NOMEM"), "temporary", /^out of memory: /],
  ["a folder", thrower("ENOENT: no such file or directory, uv_cwd", "ENOENT"), "no_input", /is gone/],
];

function thrower(message: string, code: string): () => never {
  return () => {
    throw Object.assign(new Error(message), { code });
  };
}

test("what a machine, a limit or the engine has too little of is told in words, with a code of its own", () => {
  for (const [what, work, outcome, words] of SHORT) {
    let thrown: unknown;
    try {
      work();
    } catch (error) {
      thrown = error;
    }
    const failure = shortageOf(thrown);
    assert.equal(failure?.outcome, outcome, `${what}: ${thrown}`);
    assert.match(failure?.message ?? "", words);
    assert.equal(toldAs(thrown), failure?.message);
    assert.equal(failure?.cause, thrown);
  }
  assert.equal(shortageOf(new TypeError("x is not a function")), undefined);
  assert.equal(toldAs(new TypeError("x is not a function")), "unexpected failure: x is not a function");
});

test("an error that is not the system's keeps its own words", () => {
  assert.equal(systemReason(new Error("odd")), "odd");
  assert.equal(systemReason(Object.assign(new Error("odd"), { code: "EODD" })), "odd");
  assert.equal(systemReason("thrown text"), "thrown text");
});

test("only a text is an error code", () => {
  assert.equal(errorCode(Object.assign(new Error(), { code: "EPIPE" })), "EPIPE");
  for (const other of [new Error(), { code: 12 }, null, undefined, "EPIPE", 5]) {
    assert.equal(errorCode(other), undefined);
  }
});

test("what the system refuses is told as a failure, whether at once or later; a bug stays what it is", async () => {
  const refused = () => Object.assign(new Error("odd"), { code: "EROFS" });
  for (const [deed, outcome] of [
    ["open", "no_input"],
    ["read", "no_input"],
    ["create", "no_output"],
    ["write", "no_output"],
    ["replace", "no_output"],
    ["remove", "no_output"],
  ] as const) {
    const message = `cannot ${deed} a/b: read-only file system`;
    const fail = () => {
      throw refused();
    };
    assert.throws(() => orFail(deed, "a/b", fail), { name: "Failure", outcome, message });
    await assert.rejects(
      orFail(deed, "a/b", async () => fail()),
      { name: "Failure", outcome, message },
    );
  }
  const bug = new TypeError("x is not a function");
  const failure = new Failure("usage", "another one");
  for (const error of [bug, failure]) {
    await assert.rejects(
      orFail("open", "a", () => Promise.reject(error)),
      (thrown) => thrown === error,
    );
  }
  assert.equal(
    orFail("open", "a", () => 7),
    7,
  );
});
