import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Failure } from "../failure.js";
import { type ClientOptions, createClient, type OpenClient } from "./client.js";
import { FakeClock } from "./fake-clock.test.util.js";

/** A secret that must not turn up anywhere. */
export const KEY = "SeCrEt-0123456789";

/** A client that waits on a fake clock, and always half of the longest backoff. */
export function open(
  t: TestContext,
  options: Partial<ClientOptions> = {},
): OpenClient & { clock: FakeClock } {
  const clock = new FakeClock();
  const client = createClient({ version: "1.2.3", clock, random: () => 0, ...options });
  t.after(() => client.close());
  return Object.assign(client, { clock });
}

/** The failure that a promise ends with; no message of ours shows a key. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => assert.fail("it should have failed"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.ok(!error.message.includes(KEY), error.message);
  return error;
}
