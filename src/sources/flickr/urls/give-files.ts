import { ownerOf } from "./address.js";
import type { Form } from "./form.js";
import { photoUrl } from "./give-subjects.js";
import type { Gives, Match } from "./pattern.js";
import type { SinglePhoto } from "./result.js";

/** Results for files: `{server}/{photo}_{secret}_{size}.{format}` (flickr.com/services/api/misc.urls.html). */

const FORMS = new Map<string, Form>([
  ["jpg", "jpeg"],
  ["jpeg", "jpeg"],
  ["png", "png"],
  ["gif", "gif"],
]);

/** A file below the number of its server. */
export const file: Gives = (match) => fileOf(nameIn(match), match.get("number"));

/** A file of the oldest kind, whose host has the number of the server: `photos12.flickr.com`. */
export const numberedFile: Gives = (match) => {
  const { host } = match.parts;
  return fileOf(nameIn(match), host.slice("photos".length, host.indexOf(".")));
};

function nameIn(match: Match): string {
  return match.find("file") ?? match.get("file_name");
}

function fileOf(name: string, server: string): SinglePhoto {
  const dot = name.indexOf(".");
  const stem = dot === -1 ? name : name.slice(0, dot);
  const format = dot === -1 ? null : name.slice(dot + 1);
  const [photo_id, secret, rest] = cut(stem);
  // `_d` asks for a download instead of a picture to show: `…_b_d.jpg`.
  const size = rest === null || rest === "d" ? null : rest.endsWith("_d") ? rest.slice(0, -2) : rest;
  const form = (format !== null && FORMS.get(format.toLowerCase())) || "file";
  return filed(photo_id, form, server, secret === "" ? null : secret, size, format);
}

/** A photo, or video, by the parts of its file's address. */
function filed(
  photo_id: string,
  form: Form,
  server: string | null,
  secret: string | null,
  size: string | null,
  format: string | null,
): SinglePhoto {
  const canonical_url = photoUrl(photo_id);
  const [user_url, user_id] = [null, null];
  return {
    type: "single_photo",
    photo_id,
    user_url,
    user_id,
    server,
    secret,
    size,
    format,
    form,
    canonical_url,
  };
}

/** Three pieces between underscores; null for those that are not there. The third has all the rest. */
function cut(stem: string): [string, string | null, string | null] {
  const first = stem.indexOf("_");
  if (first === -1) return [stem, null, null];
  const second = stem.indexOf("_", first + 1);
  const photo = stem.slice(0, first);
  if (second === -1) return [photo, stem.slice(first + 1), null];
  return [photo, stem.slice(first + 1, second), stem.slice(second + 1)];
}

/** `video/{photo}/{secret}/1080p.mp4` */
export const video: Gives = (match) => {
  const [secret = null, name] = match.rest;
  const dot = name?.lastIndexOf(".") ?? -1;
  const size = name === undefined ? null : dot === -1 ? name : name.slice(0, dot);
  const format = name === undefined || dot === -1 ? null : name.slice(dot + 1);
  return filed(match.get("photo"), match.form, null, secret, size, format);
};

/** A picture of a user, by the NSID in its name. */
export const picture: Gives = (match) => {
  const name = match.get("icon");
  const { base, ...names } = ownerOf(name.slice(0, name.indexOf("@") + 4));
  return { type: "user", page: 1, ...names, form: match.form, canonical_url: base };
};
