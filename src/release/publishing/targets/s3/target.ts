import { Failure } from "../../../../base/failure.js";
import { ENDPOINT, type Target } from "../target.js";

const OPTIONS = [
  ENDPOINT,
  {
    flags: "--virtual-host",
    description: "name the bucket in the host, not in the path, also with --endpoint",
  },
  {
    flags: "--part-size <mib>",
    description: "send larger files to S3 in parts of this many MiB, four at a time; at least 5",
    type: "count",
    default: 16,
  },
  {
    flags: "--keep-releases <number>",
    description:
      "on S3, remove old releases once this one is in place, so that this many are left; deltas and what they name stay",
    type: "count",
  },
  {
    flags: "--requester-pays",
    description: "set up the bucket so that whoever reads from it pays for that",
  },
  { flags: "--acl <name>", description: "a canned ACL for every object in S3, such as public-read" },
  {
    flags: "--take-over",
    description: "give up the publish that is at work there, or has died, for this one",
  },
  {
    flags: "--strict-server",
    description:
      "refuse an S3 server without conditional writes or checksum headers, which else is warned of",
  },
] as const;

export const S3: Target<typeof OPTIONS> = {
  scheme: "s3",
  form: "s3://BUCKET/PREFIX",
  description:
    "a bucket of any server that speaks S3; each release under v=NAME/, latest.json names the newest",
  service: "S3",
  credentials: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else the profile AWS_PROFILE",
  options: OPTIONS,
  mistake: "names no place in a bucket; write it as s3://bucket/prefix",
  parse: (rest) => {
    // Names of buckets by the rules of S3; the prefix is anything that makes plain paths.
    const [, bucket, path = ""] = /^\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/su.exec(rest) ?? [];
    const prefix = path.replace(/\/+$/, "");
    const isPlain = prefix === "" || prefix.split("/").every((part) => !["", ".", ".."].includes(part));
    if (bucket === undefined || !isPlain) return undefined;
    return async (options) => {
      if (options.partSize < 5) throw new Failure("usage", "--part-size: S3 takes no parts below 5 MiB");
      const { S3Destination } = await import("./destination.js");
      const { s3Settings } = await import("./settings.js");
      const settings = await s3Settings(options.endpoint);
      // Certificates for `*.s3.amazonaws.com` do not fit names with dots.
      const isAmazon = settings.endpoint === undefined && !bucket.includes(".");
      const virtualHost = options.virtualHost || isAmazon;
      const partBytes = options.partSize * 1024 * 1024;
      return new S3Destination({ ...options, ...settings, bucket, prefix, virtualHost, partBytes });
    };
  },
};
