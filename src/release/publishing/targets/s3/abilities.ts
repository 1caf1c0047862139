import { createHash } from "node:crypto";
import { Failure } from "../../../../base/failure.js";
import type { Bucket, BucketAnswer } from "./bucket.js";
import { textsIn } from "./xml.js";

/** What a server that speaks S3 can do beyond the plain requests; Amazon and Ceph can do both. */
export interface Abilities {
  /** Writes with `If-None-Match: *` and `If-Match`. Backblaze B2 answers them with 501, some servers overlook them. */
  readonly conditions: boolean;
  /** Headers `x-amz-checksum-sha256` that it checks what arrives against. Cloudflare R2 had none for years (501). */
  readonly checksums: boolean;
}

/** One of them: how it is tested and described. */
interface Ability {
  readonly name: keyof Abilities;
  /** Of a write of this body over itself. */
  readonly headers: (body: string) => Readonly<Record<string, string>>;
  /** How a server that knows them answers. 409 is a race of two writers, which only such a one sees. */
  readonly known: readonly number[];
  /** What is missing, and what that means. */
  readonly lack: string;
}

const ABILITIES: readonly Ability[] = [
  {
    name: "checksums",
    headers: (body) => ({ "x-amz-checksum-sha256": createHash("sha256").update(body).digest("base64") }),
    known: [200],
    lack: "no checksum headers (x-amz-checksum-sha256), so that only signature and size tell what has arrived",
  },
  {
    name: "conditions",
    headers: () => ({ "if-none-match": "*" }),
    known: [409, 412],
    lack: "no conditional writes (If-None-Match), so that two publishes at the very same moment could mix",
  },
];

/**
 * Finds out what the server can do, with an object of ours that is there: it is written again with the same bytes. A server
 * that knows a header takes the right checksum, and refuses the condition (412); one that does not says so.
 */
export async function readAbilities(bucket: Bucket, key: string, body: string): Promise<Abilities> {
  const abilities = { conditions: true, checksums: true };
  for (const { name, headers, known } of ABILITIES) {
    const request = { method: "PUT", key, body, headers: headers(body) } as const;
    const answer = await bucket.ask(request);
    abilities[name] = known.includes(answer.status);
    if (!abilities[name] && answer.status !== 200 && !isUnknownHeader(answer))
      throw bucket.failure(request, answer);
  }
  return abilities;
}

/** How B2, R2 and Swift answer a header that they do not know; they do nothing then. */
export function isUnknownHeader({ status, text }: BucketAnswer): boolean {
  return status === 501 || (status === 400 && /<Code>(?:NotImplemented|InvalidArgument)</.test(text));
}

/** What the server cannot do, in words; throws a `Failure` ("refused") where it has to be able to do everything. */
export function lacksOf(abilities: Abilities, name: string, isStrict: boolean): string[] {
  const lacks = ABILITIES.filter((ability) => !abilities[ability.name]).map(({ lack }) => lack);
  if (lacks.length === 0 || !isStrict) return lacks.map((lack) => `${name}: the server has ${lack}`);
  throw new Failure("refused", `${name}: the server has ${lacks.join("; and ")} (--strict-server)`);
}

/** Sets who pays, and looks whether the server took it. */
export async function setRequesterPays(bucket: Bucket): Promise<void> {
  const query = { requestPayment: "" };
  const body =
    '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>Requester</Payer></RequestPaymentConfiguration>';
  const request = { method: "PUT", query, body, headers: { "content-type": "application/xml" } } as const;
  const answer = await bucket.ask(request);
  const problem = `--requester-pays: the S3 server cannot make requesters of ${bucket.name} pay`;
  if (answer.status !== 200) {
    const { outcome, message } = bucket.failure(request, answer);
    throw new Failure(outcome, `${problem}: ${message}`);
  }
  const { text } = await bucket.demand({ method: "GET", query }, "RequestPaymentConfiguration");
  if (textsIn(text, "Payer")[0] !== "Requester")
    throw new Failure("refused", `${problem}: it did not keep the setting`);
}
