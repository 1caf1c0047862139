import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const PHOTOS_PER_PAGE = 500;

/** A photo as Flickr shows it in a search; no two are the same. */
function photoOf(number: number): object {
  const id = String(54_000_000_000 + number * 7919);
  const owner = `${10_000_000 + (number % 5000)}@N0${number % 9}`;
  const file = `https://live.staticflickr.com/${60_000 + (number % 5000)}/${id}_63d765ee92`;
  return {
    id,
    owner,
    secret: "63d765ee92",
    server: "65535",
    farm: 66,
    title: `Harbour at dusk, number ${number}`,
    ispublic: 1,
    isfriend: 0,
    isfamily: 0,
    license: String((number % 6) + 1),
    description: {
      _content: `Seen from the old pier. ${"The tide was out and the boats lay on the sand. ".repeat(number % 4)}`,
    },
    dateupload: String(1_760_000_000 + number),
    datetaken: "2025-10-01 18:20:11",
    datetakengranularity: 0,
    datetakenunknown: "0",
    ownername: `Photographer ${number % 5000}`,
    views: String(number % 1000),
    tags: "harbour dusk boats pier tide evening sea",
    content_type: "0",
    o_width: "6000",
    o_height: "4000",
    ...Object.fromEntries(
      [
        ["t", "_t", 100, 67],
        ["s", "_m", 240, 160],
        ["m", "", 500, 333],
        ["l", "_b", 1024, 683],
      ].flatMap(([size, suffix, width, height]) => [
        [`url_${size}`, `${file}${suffix}.jpg`],
        [`width_${size}`, width],
        [`height_${size}`, height],
      ]),
    ),
  };
}

/** Saved answers of Flickr's search, in files that sort as they came. */
export function writeSavedPages(folder: string, pages: number): void {
  for (let page = 0; page < pages; page++) {
    const photo = Array.from({ length: PHOTOS_PER_PAGE }, (_, i) => photoOf(page * PHOTOS_PER_PAGE + i));
    const answer = { stat: "ok", photos: { page: page + 1, pages, perpage: PHOTOS_PER_PAGE, photo } };
    writeFileSync(join(folder, `page-${String(page).padStart(4, "0")}.json`), JSON.stringify(answer));
  }
}
