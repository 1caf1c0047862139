import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** For tests: signatures of requests to S3 (SigV4), worked out from their description and not with our client. */

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const OWNER: Keys = { accessKeyId: "OWNER", secretAccessKey: "owners-secret-0123456789" };

/** What the server says no with. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

export const hash = (algorithm: string, data: Buffer | string) => createHash(algorithm).update(data);
const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest();

/** SigV4, task 1 to 4 of its description. Gives the region that was signed for. */
export function checkSignature(request: IncomingMessage, body: Buffer): string {
  const headers = request.headers as Record<string, string>;
  const [, key, day, region = "", signed = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([\w-]+)\/s3\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w+)$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  if (key !== OWNER.accessKeyId) throw new Refusal(403, "InvalidAccessKeyId");
  const sent = headers["x-amz-content-sha256"] ?? "";
  if (sent !== hash("sha256", body).digest("hex")) throw new Refusal(400, "XAmzContentSHA256Mismatch");
  const must = Object.keys(headers).filter((name) => name.startsWith("x-amz-"));
  if (![...must, "host"].every((name) => signed.split(";").includes(name)))
    throw new Refusal(403, "AccessDenied");

  const url = new URL(request.url ?? "/", "http://x");
  const encode = (text: string) =>
    encodeURIComponent(text).replace(
      /[!'()*]/g,
      (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const canonical = [
    request.method,
    decodeURIComponent(url.pathname).split("/").map(encode).join("/"),
    [...url.searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join("&"),
    ...signed.split(";").map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}`),
    "",
    signed,
    sent,
  ].join("\n");
  const time = headers["x-amz-date"] ?? "";
  const toSign = [
    "AWS4-HMAC-SHA256",
    time,
    `${day}/${region}/s3/aws4_request`,
    hash("sha256", canonical).digest("hex"),
  ];
  const chain = [day, region, "s3", "aws4_request"] as string[];
  const signing = chain.reduce<Buffer | string>(hmac, `AWS4${OWNER.secretAccessKey}`);
  if (hmac(signing, toSign.join("\n")).toString("hex") !== signature)
    throw new Refusal(403, "SignatureDoesNotMatch");
  return region;
}
