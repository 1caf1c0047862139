import { type Invocation, type OptionTable, SHARED } from "../../base/cli/index.js";

/** The options of `ov-parse-flickr-url`. */
export const OPTIONS = [
  {
    flags: "--field <path>",
    description: "read NDJSON, and parse the URL in this member of each record: url, or meta_data.source.0",
  },
  {
    flags: "--extract",
    description:
      "read any text (HTML, JSON, wikitext, …), and find the Flickr URLs in it, with line and column",
  },
  {
    flags: "--only <types>",
    description: "write only these types, with commas between them: photo,album (photo is single_photo)",
  },
  { flags: "--strict", description: "take URLs that mean nothing for bad lines" },
  {
    flags: "--decode-short",
    description:
      "work out the ids in flic.kr/s, y, ps, g and go, by rules that Flickr has not published; marked inferred",
  },
  {
    flags: "--follow",
    description: "ask Flickr what short URLs and guest passes stand for; only its own hosts are asked",
  },
  {
    flags: "--contact <address>",
    description: "e-mail or web address to tell Flickr with --follow (default: OV_CONTACT)",
  },
  SHARED.allowHost,
  SHARED.rejects,
] as const satisfies OptionTable;

/** One run of `ov-parse-flickr-url`. */
export type Parsing = Invocation<typeof OPTIONS>;
