import assert from "node:assert/strict";
import { test } from "node:test";
import type { Options, OptionTable } from "../option.js";
import type { Invocation } from "./command.js";
import { parse } from "./parse.js";

const TABLE = [
  { flags: "--dry-run", description: "a flag" },
  { flags: "--title <text>", description: "a text" },
  { flags: "--sort-by <column>", description: "a choice", choices: ["a", "b"] },
  { flags: "--order <which>", description: "a choice that is made", choices: ["up", "down"], default: "up" },
  { flags: "--limit <number>", description: "a number", type: "count" },
  { flags: "--part-size <size>", description: "a number that there is always", type: "size", default: "1kB" },
  { flags: "--since <day>", description: "a day", type: "date" },
  { flags: "--creator <name>", description: "a list", isRepeatable: true },
  { flags: "--out <dir>", description: "what has to be there", required: "say where" },
] as const satisfies OptionTable;

/** What a table says of its values, as a person would write it. */
interface Expected {
  readonly dryRun: boolean;
  readonly title: string | undefined;
  readonly sortBy: "a" | "b" | undefined;
  readonly order: "up" | "down";
  readonly limit: number | undefined;
  readonly partSize: number;
  readonly since: string | undefined;
  readonly creator: readonly string[] | undefined;
  readonly out: string;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Plain<T> = { [Name in keyof T]: T[Name] };

/** Values as a command line gives them. */
async function valuesOf(...argv: string[]): Promise<Options<typeof TABLE>> {
  const command = { name: "ov-test", summary: "", description: "", examples: [], options: TABLE };
  const parsed = await parse({ ...command, run: async () => {} }, argv);
  assert.ok(typeof parsed !== "string");
  return parsed.options as Options as Options<typeof TABLE>;
}

test("the types of values are those of the table", () => {
  const isSame: Same<Plain<Options<typeof TABLE>>, Plain<Expected>> = true;
  assert.ok(isSame);
});

test("values are what their types say, given or not", async () => {
  const { dryRun, title, order, limit, partSize, creator } = await valuesOf("--out", "x");
  assert.deepEqual(
    [dryRun, title, order, limit, partSize, creator],
    [false, undefined, "up", undefined, 1000, undefined],
  );
  const given = await valuesOf(
    "--out",
    "x",
    "--dry-run",
    "--limit",
    "7",
    "--creator",
    "a",
    "--creator",
    "b",
    "--sort-by",
    "b",
  );
  assert.deepEqual([given.dryRun, given.limit, given.creator, given.sortBy], [true, 7, ["a", "b"], "b"]);
});

test("a misspelt name, or a value taken for another kind, does not compile", async () => {
  const options = await valuesOf("--out", "x");
  // @ts-expect-error: it is called dryRun
  assert.equal(options.dryrun, undefined);
  // @ts-expect-error: there is no such choice
  assert.equal(options.order === "sideways", false);
  // @ts-expect-error: it may not have been given
  assert.throws(() => options.title.length, TypeError);
});

test("a helper takes whoever has its options, and nobody else", () => {
  const helper = (invocation: Pick<Invocation<[(typeof TABLE)[4]]>, "options">) => invocation.options.limit;
  const limit = { options: { limit: 7, title: "more" } };
  assert.equal(helper(limit), 7);
  // @ts-expect-error: it has no limit
  assert.equal(helper({ options: { title: "more" } }), undefined);
});
