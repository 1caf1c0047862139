import { htmlAt } from "../../base/html/index.js";
import { at, givenAt, type JsonObject, numberAt, present, textAt } from "../../base/ndjson/index.js";
import {
  type Found,
  type ItemTools,
  millisecondsAt,
  orLacking,
  type Provider,
  walkNumbered,
} from "../engine/index.js";

const FIELDS = [
  ...["id", "url", "name", "tags", "description", "created", "license", "type", "download", "filesize"],
  ...["bitrate", "bitdepth", "duration", "samplerate", "pack", "username", "num_downloads", "avg_rating"],
  ...["num_ratings", "geotag", "previews"],
];

/** The file that anyone may fetch: an MP3 of 128,000 bits a second. The original asks for a login. */
const PREVIEW = { name: "preview-hq-mp3", filetype: "mp3", bit_rate: 128_000 };

/** Members that go into meta_data where they say something. */
const META_DATA = [
  "description",
  "num_downloads",
  "avg_rating",
  "num_ratings",
  "geotag",
  "download",
] as const;

/** Freesound: recordings and sound effects. */
export const freesound: Provider = {
  name: "freesound",
  title: "Freesound",
  media: ["audio"],
  baseUrl: "https://freesound.org/apiv2",
  documentation: "https://freesound.org/docs/api/",
  key: {
    variable: "FREESOUND_API_KEY",
    required: true,
    where: "https://freesound.org/apiv2/apply/",
    steps: "Log in, describe what you use the API for, and take the client secret.",
    sentAs: { header: "authorization", scheme: "Token" },
  },
  coverage: "full",
  licenses: "CC0, CC BY 3.0 and 4.0, BY-NC 3.0 and 4.0, Sampling+",
  delay: 5,
  checked: "2023",
  differences: [
    "From saved answers, where no size of the preview can be asked for, the size is left open and the sound is kept.",
    "Descriptions are HTML with links; they are read as text.",
  ],
  walk: walkNumbered({
    path: "search/text",
    query: (page) => ({
      format: "json",
      query: "",
      page_size: 150,
      fields: FIELDS.join(","),
      filter: "created:[* TO NOW]",
      page,
    }),
    hasNext: ({ answer }) =>
      at(answer, "next") === undefined ? undefined : textAt(answer, "next") !== undefined,
  }),
  page: { list: ["results"] },
  itemMembers: ["previews", "num_downloads", "username"],
  hasIds: true,
  recordsOf,
};

async function recordsOf(item: JsonObject, tools: ItemTools): Promise<Found> {
  const license = textAt(item, "license");
  if (license === undefined) return { skipped: "no open licence" };
  const url = textAt(item, "previews", PREVIEW.name);
  if (url === undefined) return { skipped: "no media file" };
  const filesize = await tools.fileSize?.(url);
  // A preview that does not answer is a sound that is being taken down or processed.
  if (filesize === null) return { skipped: "no file at its address" };
  const creator = creatorOf(item);
  return [
    orLacking({
      media_type: "audio",
      foreign_identifier: textAt(item, "id"),
      foreign_landing_url: textAt(item, "url"),
      url,
      filetype: PREVIEW.filetype,
      bit_rate: PREVIEW.bit_rate,
      filesize,
      license_url: license,
      ...creator,
      title: givenAt(item, "name"),
      duration: millisecondsAt(item, "duration"),
      ...(await packOf(item, creator, tools)),
      alt_files: [originalOf(item)].filter((file) => file !== undefined),
      meta_data: metaDataOf(item),
      tags: at(item, "tags"),
    }),
  ];
}

export function creatorOf(item: JsonObject): { creator: unknown; creator_url: string | null } {
  const name = textAt(item, "username");
  if (name === undefined) return { creator: givenAt(item, "username") ?? null, creator_url: null };
  return { creator: name, creator_url: `https://freesound.org/people/${name}/` };
}

/** The file that was uploaded. */
export function originalOf(item: JsonObject): Record<string, unknown> | undefined {
  const url = textAt(item, "download");
  if (url === undefined) return undefined;
  const kilobits = numberAt(item, "bitrate");
  return {
    url,
    bit_rate: kilobits === undefined ? null : Math.trunc(kilobits * 1000),
    sample_rate: at(item, "samplerate"),
    filetype: at(item, "type"),
    filesize: at(item, "filesize"),
  };
}

/** The pack of a sound, by the number in its address; the API knows its name. */
async function packOf(
  item: JsonObject,
  creator: ReturnType<typeof creatorOf>,
  { lookUp }: ItemTools,
): Promise<Record<string, unknown>> {
  const address = textAt(item, "pack");
  const id = /\/packs\/(\d+)/.exec(address ?? "")?.[1];
  if (address === undefined || id === undefined) return {};
  const pack = await lookUp?.(`packs/${id}/`);
  return {
    audio_set_foreign_identifier: id,
    audio_set: {
      title: textAt(pack, "name") ?? null,
      foreign_landing_url: address,
      thumbnail: null,
      ...creator,
      foreign_identifier: id,
    },
  };
}

function metaDataOf(item: JsonObject): Record<string, unknown> {
  const found = Object.fromEntries(META_DATA.filter((name) => item[name]).map((name) => [name, item[name]]));
  return { ...found, ...present({ description: htmlAt(item, "description") }) };
}
