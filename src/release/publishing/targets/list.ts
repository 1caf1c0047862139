import { basename } from "node:path";
import { Failure } from "../../../base/failure.js";

/** Where a dataset can be published to, one row a kind of target; help pages are made from it. */
export const TARGETS = [
  { scheme: "folder", form: "folder:DIR", description: "a folder on this machine, made whole or not at all" },
  {
    scheme: "s3",
    form: "s3://BUCKET/PREFIX",
    description:
      "a bucket of any server that speaks S3; each release under v=NAME/, latest.json names the newest",
  },
  {
    scheme: "hf",
    form: "hf:ORG/NAME",
    description: "a dataset of the Hugging Face Hub; each release is a tag",
  },
  {
    scheme: "zenodo",
    form: "zenodo:[RECORD]",
    description: "a draft at Zenodo with a reserved DOI; of a record, its new version",
  },
  { scheme: "zenodo-sandbox", form: "zenodo-sandbox:[RECORD]", description: "the same in Zenodo's sandbox" },
] as const;

/** A target that was named on the command line. A new kind of target is a new member of this union. */
export type Target =
  | { readonly scheme: "folder"; readonly folder: string }
  | { readonly scheme: "s3"; readonly bucket: string; readonly prefix: string }
  | { readonly scheme: "hf"; readonly repo: string }
  | { readonly scheme: "zenodo" | "zenodo-sandbox"; readonly record: string | undefined };

/** How the rest of a target is read, by its scheme. */
const READERS: Readonly<Record<string, (rest: string, text: string) => Target>> = {
  folder: folderTarget,
  hf: hubTarget,
  s3: s3Target,
  zenodo: (record, text) => ({ scheme: "zenodo", record: zenodoRecord(record, text) }),
  "zenodo-sandbox": (record, text) => ({ scheme: "zenodo-sandbox", record: zenodoRecord(record, text) }),
};

/** Reads a target: `folder:DIR`. Throws a `Failure` ("usage") for anything else, which lists what there is. */
export function parseTarget(text: string): Target {
  const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):(.*)$/su.exec(text) ?? [];
  const reader = scheme !== undefined && Object.hasOwn(READERS, scheme) ? READERS[scheme] : undefined;
  if (reader) return reader(rest, text);
  const forms = TARGETS.map(({ form }) => form).join(", ");
  const problem = scheme === undefined ? `${quoted(text)} is no target` : `unknown target ${quoted(text)}`;
  throw new Failure("usage", `${problem}; there is ${forms}`);
}

/** A folder is made beside its name and renamed, so `.`, `..` and `/`, which have no name of their own, are refused. */
function folderTarget(folder: string, text: string): Target {
  if (["", ".", ".."].includes(basename(folder))) {
    throw new Failure("usage", `${quoted(text)} does not name a folder; write it as folder:build/dataset`);
  }
  return { scheme: "folder", folder };
}

/** Names of buckets by the rules of S3; the prefix is anything that makes plain paths. */
function s3Target(rest: string, text: string): Target {
  const [, bucket, prefix = ""] = /^\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/su.exec(rest) ?? [];
  const plain = prefix.replace(/\/+$/, "");
  const isPlain = plain === "" || plain.split("/").every((part) => !["", ".", ".."].includes(part));
  if (bucket === undefined || !isPlain) {
    throw new Failure("usage", `${quoted(text)} names no place in a bucket; write it as s3://bucket/prefix`);
  }
  return { scheme: "s3", bucket, prefix: plain };
}

/** Names by the rules of the Hub. */
function hubTarget(repo: string, text: string): Target {
  if (!/^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/.test(repo) || /--|\.\.|\.git$/.test(repo)) {
    throw new Failure("usage", `${quoted(text)} names no dataset of the Hub; write it as hf:org/name`);
  }
  return { scheme: "hf", repo };
}

function zenodoRecord(record: string, text: string): string | undefined {
  if (record === "" || /^\d{1,15}$/.test(record)) return record || undefined;
  throw new Failure(
    "usage",
    `${quoted(text)} names no record; write zenodo: for a new one, zenodo:1234567 for a version`,
  );
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
