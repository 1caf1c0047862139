import {
  type Command,
  contactOf,
  FILES_OPERAND,
  forEachEntry,
  openOutput,
  packageVersion,
} from "../../base/cli/index.js";
import { Failure } from "../../base/failure.js";
import type { TextEntry } from "../../base/ndjson/index.js";
import type { Follow, Followed } from "../../sources/flickr/index.js";
import { InOrder } from "./in-order.js";
import { modeOf } from "./modes.js";
import { OPTIONS, type Parsing } from "./options.js";

/** `ov-parse-flickr-url`: from URLs, records or text to what its Flickr URLs mean. */
export const parseFlickrUrl: Command<typeof OPTIONS> = {
  name: "ov-parse-flickr-url",
  summary: "Says what Flickr URLs mean: photo, album, user, group, gallery, tag and more, with their ids.",
  description:
    'Reads URLs, one an operand or one a line of stdin, and writes one line for each: {"url":…,"type":"single_photo",' +
    '"photo_id":…}. Every form of URL that Flickr has had is understood: pages old and new, files, short URLs, embeds, ' +
    'feeds, copies in the Wayback Machine. What is no Flickr URL is data, too: {"url":…,"error":"NotAFlickrUrl"}, ' +
    'or "UnrecognisedUrl" where it is on Flickr but names nothing known. Blank lines are skipped.\n' +
    "With --field it reads records and adds the result to each as the member flickr; with --extract it reads any text " +
    "and finds the Flickr URLs in it. Both read files or stdin.",
  operands: {
    usage: "[URL...]",
    description: `URLs; with --field and --extract files: ${FILES_OPERAND.description}`,
    filesWith: ["--field", "--extract"],
  },
  options: OPTIONS,
  examples: [
    {
      line: "ov-parse-flickr-url https://www.flickr.com/photos/coast_guard/32812033543/ | jq -r .photo_id",
      what: "get the id of a photo",
    },
    {
      line: "ov-parse-flickr-url --extract --only photo page.html | jq -r .photo_id | sort -u",
      what: "list the photos that a page links to or shows",
    },
    {
      line: "ov-parse-flickr-url --field foreign_landing_url records.ndjson > with-flickr.ndjson",
      what: "add what the landing URL means to every record",
    },
  ],
  readsStdin: (operands, { field, extract }) =>
    operands.length === 0 || ((field !== undefined || extract) && operands.includes("-")),
  run,
};

type Flickr = typeof import("../../sources/flickr/index.js");

/** Requests start at least this many seconds apart. */
const DELAY = 0.5;

async function run(invocation: Parsing): Promise<void> {
  const { options, messages } = invocation;
  if (options.field !== undefined && options.extract) {
    throw new Failure("usage", "--field reads records and --extract reads text: name one of them");
  }
  const flickr = await import("../../sources/flickr/index.js");
  const wanted = typesOf(options.only, flickr);
  const { follow, close } = await openFollow(invocation, flickr);
  const counts = new Map<string, { count: number }>();
  try {
    const rejected = await parseAll(invocation, flickr, follow, (kind) => {
      const counted = counts.get(kind);
      if (counted) counted.count++;
      else counts.set(kind, { count: 1 });
      return wanted === undefined || wanted.has(kind);
    });
    const kinds = [...counts].map(([kind, { count }]) => [kind, count] as const);
    messages.info(summaryOf(kinds, rejected), { ...Object.fromEntries(kinds), rejected });
  } finally {
    await close();
  }
}

/** Writes the result of every URL of the input that `take` wants, by its type or error; gives the number of rejects. */
async function parseAll(
  invocation: Parsing,
  flickr: Flickr,
  follow: Follow,
  take: (kind: string) => boolean,
): Promise<number> {
  const { strict } = invocation.options;
  const { source, urlOf, lineOf } = modeOf(invocation, flickr);
  const output = new InOrder(openOutput());
  const lineIfWanted = (entry: TextEntry, url: string | undefined, result: Followed | null) =>
    take(kindOf(result)) ? lineOf(entry, url, result) : undefined;
  const settle = (entry: TextEntry, url: string | undefined, result: Followed | null) => {
    if (strict && (result === null || "error" in result)) return refusalOf(url, result);
    return output.add(lineIfWanted(entry, url, result));
  };
  const tally = await forEachEntry<TextEntry>(invocation, source, (entry) => {
    const url = urlOf(entry);
    const result = url === undefined ? null : follow(url);
    if (!(result instanceof Promise)) return settle(entry, url, result);
    // A refusal belongs to its line, so there is no going on before it is known.
    if (strict) return result.then(async (late) => settle(entry, url, late));
    return output.add(result.then((late) => lineIfWanted(entry, url, late)));
  });
  await output.end();
  return tally.rejected;
}

/** The types that are asked for; undefined for all. */
function typesOf(only: string | undefined, { FLICKR_URL_TYPES }: Flickr): ReadonlySet<string> | undefined {
  if (only === undefined) return undefined;
  const names = only.split(",").map((name) => name.trim());
  const types = names.map((name) => (name === "photo" ? "single_photo" : name));
  const known: readonly string[] = FLICKR_URL_TYPES;
  const unknown = types.find((type) => !known.includes(type));
  if (unknown !== undefined) {
    throw new Failure("usage", `--only: there is no type "${unknown}"; there are photo, ${known.join(", ")}`);
  }
  return new Set(types);
}

/** How URLs are understood: by themselves, or with Flickr's help. */
async function openFollow(
  { operands, options, messages, signal }: Parsing,
  { createFollow, parseFlickrUrl }: Flickr,
): Promise<{ follow: Follow; close: () => Promise<void> }> {
  const parsing = { decodeShort: options.decodeShort };
  if (!options.follow) return { follow: (url) => parseFlickrUrl(url, parsing), close: async () => {} };
  const { createClient, Hosts } = await import("../../base/http/index.js");
  // With --field and --extract operands are files, which name no host.
  const hosts = new Hosts({ given: operands, allowed: options.allowHost });
  const client = createClient({
    version: packageVersion(),
    contact: contactOf(options.contact),
    delay: DELAY,
    hosts,
    signal,
    onRetry: (problem) => messages.warn(problem),
  });
  return { follow: createFollow(client, parsing), close: () => client.close() };
}

/** What a result is counted as: its type, its error, or that there was no URL. */
function kindOf(result: Followed | null): string {
  if (result === null) return "without URL";
  // Asked of every URL, and reading a member is cheaper than asking whether it is there.
  const { type, error } = result as { readonly type?: string; readonly error?: string };
  return type ?? (error as string);
}

/** Why a line is bad where URLs have to mean something. */
function refusalOf(
  url: string | undefined,
  result: Extract<Followed, { error: string }> | null,
): { error: string; code: string } {
  if (result === null) return { error: "the record has no text there", code: "no_url" };
  const reasons: Record<string, string> = {
    NotAFlickrUrl: "no Flickr URL",
    UnrecognisedUrl: "on Flickr, but it names nothing known",
  };
  const reason = "reason" in result ? result.reason : reasons[result.error];
  return { error: `${JSON.stringify(url)}: ${reason}`, code: result.error };
}

/** `3 URLs: 2 single_photo, 1 NotAFlickrUrl; 0 rejected` */
function summaryOf(counts: readonly (readonly [kind: string, count: number])[], rejected: number): string {
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const kinds = [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind}`);
  return `${total} URLs${kinds.length > 0 ? `: ${kinds.join(", ")}` : ""}; ${rejected} rejected`;
}
