import {
  count,
  isObject,
  like,
  listOf,
  mapOf,
  maybe,
  objectOf,
  orNull,
  type Shape,
  text,
} from "../../checks/shapes.js";

/** The shapes of the Hub's answers, ours and those that the official client reads without looking. */

/** A commit, or the hash of a file in git. */
const oid = like(/^[0-9a-f]{40,64}$/);
const address = like(/^https?:\/\/[\x21-\x7e]+$/);

/** A file or folder of a commit. */
export interface TreeEntry {
  readonly path: string;
  /** Of git; of a file stored apart, that of the pointer to it. */
  readonly oid: string;
  readonly size?: number | undefined;
  /** Of a file stored apart: the SHA-256 of its bytes, and how many they are. */
  readonly lfs?: { readonly oid: string; readonly size: number } | null | undefined;
}

export const treePage = listOf(
  objectOf<TreeEntry>({
    path: text,
    oid,
    size: maybe(count),
    lfs: maybe(orNull(objectOf({ oid: like(/^[0-9a-f]{64}$/), size: count }))),
  }),
);

export const revision = objectOf<{ readonly sha: string }>({ sha: oid });

/** Where to upload to, with headers that are sent as they are; parts are headers, too, numbered from 00001 on. */
const upload = objectOf({
  href: address,
  header: maybe(
    (value: unknown): value is Readonly<Record<string, string>> => isHeaders(value) && areParts(value),
  ),
});

const isHeaders = mapOf((value: unknown): value is string => text(value) && /^[\x20-\x7e]*$/.test(value));

/** S3, where the Hub stores files, takes no more: each part is a request. */
const MOST_PARTS = 10_000;

function areParts(header: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(header);
  const parts = names.filter((name) => /^\d+$/.test(name));
  const areNumbered = parts.every((name) => Number(name) >= 1 && Number(name) <= parts.length);
  return areNumbered && parts.length <= MOST_PARTS && names.every((name) => /^[\w-]+$/.test(name));
}

const batch = objectOf({
  transfer: maybe(text),
  objects: listOf(
    objectOf({
      oid,
      error: maybe(objectOf({ code: count, message: text })),
      actions: maybe(orNull(objectOf({ upload: maybe(upload) }))),
    }),
  ),
});

const xetToken = objectOf({ accessToken: like(/^[\x21-\x7e]+$/), casUrl: address, exp: count });

/** What the official client asks, by the ends of paths, and what it must find in the answers. */
const READ_BY_THE_CLIENT: readonly (readonly [path: RegExp, shape: Shape<unknown>])[] = [
  [/\/preupload\/[^/]+$/, objectOf({ files: listOf(objectOf({ path: text, uploadMode: text })) })],
  [/\/info\/lfs\/objects\/batch$/, batch],
  [/\/commit\/[^/]+$/, objectOf({ commitOid: oid, pullRequestUrl: maybe(orNull(text)) })],
  // The only other thing that it asks for with our token, at whatever path the Hub names.
  [/(?:)/, xetToken],
];

/** The shape of an answer to the official client, where the request had our token. */
export function shapeFor({ pathname }: URL): Shape<unknown> {
  return READ_BY_THE_CLIENT.find(([path]) => path.test(pathname))?.[1] ?? isObject;
}
