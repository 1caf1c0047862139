import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Failure, OUTCOMES, type Outcome } from "../base/failure.js";
import { FakeClock } from "../base/http/fake-clock.test.util.js";
import { download } from "../base/http/index.js";
import { pagesOf } from "../sources/providers/hostile-pages.test.util.js";
import { findProvider } from "../sources/providers/index.js";
import { attackAll, attackSome, type Client, type Ending } from "../testing/hostile/attack.js";
import { type CommandLine, PROJECT, run, temporaryFolder } from "../testing/run.js";

/** The commands themselves against servers that misbehave: what a shell sees of it. */

const HASTY = { NODE_OPTIONS: `--import ${join(PROJECT, "dist/testing/hasty-waits.js")}` };

/** Runs a command; how it ended is what its exit code says. */
async function runHastily(
  line: CommandLine,
  t: TestContext,
  env: Record<string, string> = {},
): Promise<Ending> {
  const { stdout, stderr, code } = await run(line, { cwd: temporaryFolder(t), env: { ...HASTY, ...env } });
  const outcome = Object.keys(OUTCOMES).find((name) => OUTCOMES[name as Outcome].exit === code) as Outcome;
  const isHarmful = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|unexpected failure/.test(stderr);
  return {
    outcome: isHarmful ? "unexpected" : outcome,
    messages: [stderr],
    written: stdout.split("\n").length - 1,
  };
}

/** Providers that ask nobody else about their works. */
const FETCH = ["flickr", "nappy", "wikimedia", "clevelandmuseum"].map((name): Client => {
  const provider = findProvider(name);
  const line = ["--state", "state", "--rejects", "rejects.ndjson"];
  if (provider.coverage === "dated") line.push("--date", "2024-02-28");
  const env = provider.key ? { [provider.key.variable]: "a-key-0123456789" } : {};
  return {
    name: `ov-fetch ${name}`,
    names: [provider.title],
    reads: "object",
    ...pagesOf(provider),
    run: (baseUrl, t) => runHastily(["ov-fetch", name, "--base-url", baseUrl, ...line], t, env),
  };
});

const SNAPSHOT: Client = {
  name: "ov-snapshot-stream --download",
  names: [],
  reads: "file",
  honest: () => ({ body: "[]" }),
  run: (baseUrl, t) => runHastily(["ov-snapshot-stream", "--download", `${baseUrl}/snapshot.json.gz`], t),
};

/** The same without the waits of a process. */
const DOWNLOAD: Client = {
  name: "a download",
  names: [],
  reads: "file",
  honest: () => ({ body: "[]" }),
  async run(baseUrl, t) {
    const path = join(temporaryFolder(t), "snapshot.json.gz");
    const messages: string[] = [];
    const onRetry = (problem: string) => void messages.push(problem);
    try {
      const url = new URL(`${baseUrl}/snapshot.json.gz`);
      await download(url, path, { version: "0", clock: new FakeClock(), onRetry });
      return { outcome: "done", messages };
    } catch (error) {
      if (!(error instanceof Failure) || existsSync(path)) throw error;
      return { outcome: error.outcome, messages: [...messages, error.message] };
    }
  },
};

attackAll([DOWNLOAD]);
attackSome([...FETCH, SNAPSHOT]);
