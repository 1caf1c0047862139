import { createHash } from "node:crypto";
import { Agent, request as ask, createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import type { TestContext } from "node:test";
import { Failure, type Outcome } from "../../base/failure.js";
import { FakeClock } from "../../base/http/fake-clock.test.util.js";
import { type GuardedOptions, Hosts, type SendOptions } from "../../base/http/index.js";
import type { Asked, Misbehaviour } from "../../testing/hostile/misbehaviour.js";
import { run } from "../../testing/run.js";
import { ndjson, sampleRecords } from "../../testing/samples.js";
import type { Manifest } from "../parquet/index.js";
import { manifestOfFolder } from "./checks/found-manifest.js";
import { type PublishOptions, publish } from "./publish.js";
import type { Destination } from "./targets/destination.js";
import { strictHub, TOKEN } from "./targets/hub/strict-hub.test.util.js";
import { strictS3 } from "./targets/s3/strict-server.test.util.js";
import { strictZenodo, ZENODO_TOKEN } from "./targets/zenodo/strict-zenodo.test.util.js";

/** For tests: targets of publishing against servers that are honest until one request, and lie from then on. */

/** What readers find at a target, by the paths of a release, manifest.json among them; undefined where there is none. */
export type Standing = ReadonlyMap<string, Buffer> | undefined;

/** A target of publishing, to be run against servers that misbehave: one row. */
export interface HostileTarget {
  readonly name: string;
  /** The names that people know its server by. */
  readonly names: readonly string[];
  /** Starts an honest server. */
  start(t: TestContext): Promise<{ readonly endpoint: string; standing(): Standing }>;
  open(endpoint: string, sending: SendOptions, onWarning: (warning: string) => void): Promise<Destination>;
}

/** Shards of this number of records, three in each, in a new folder. */
export async function realShards(root: string, records: number): Promise<Manifest> {
  const stdin = ndjson(sampleRecords(records));
  const { code, stderr } = await run(["ov-to-parquet", "--rows-per-shard", "3", "--out", root], { stdin });
  if (code !== 0) throw new Error(stderr);
  return manifestOfFolder(root, async () => tmpdir());
}

const flat = (path: string) => path.replaceAll("/", "_");

export const TARGETS: readonly HostileTarget[] = [
  {
    name: "hub",
    names: ["hf:me/media"],
    async start(t) {
      const { endpoint, main } = await strictHub(t);
      return { endpoint, standing: () => (main().has("manifest.json") ? main() : undefined) };
    },
    async open(hubUrl, sending, onWarning) {
      const { HubDestination } = await import("./targets/hub/destination.js");
      return new HubDestination({ repo: "me/media", token: TOKEN, hubUrl, sending, onWarning });
    },
  },
  {
    name: "s3",
    names: ["s3://media", "the S3 server"],
    async start(t) {
      const { endpoint, objects } = await strictS3(t);
      const standing = () => {
        const pointer = objects.get("set/latest.json");
        if (!pointer) return undefined;
        const prefix = `set/${JSON.parse(pointer.body.toString()).path}`;
        const own = [...objects].filter(([key]) => key.startsWith(prefix));
        return new Map(own.map(([key, { body }]) => [key.slice(prefix.length), body]));
      };
      return { endpoint, standing };
    },
    async open(endpoint, sending, onWarning) {
      const { S3Destination } = await import("./targets/s3/destination.js");
      const keys = { accessKeyId: "OWNER", secretAccessKey: "owners-secret-0123456789" };
      return new S3Destination({
        ...keys,
        ...{ endpoint, region: "us-east-1", bucket: "media", prefix: "set", virtualHost: false },
        ...{ partBytes: 5 * 1024 * 1024, requesterPays: true, takeOver: false, strictServer: false },
        sending,
        onWarning,
      });
    },
  },
  {
    name: "zenodo",
    names: ["zenodo", "Zenodo"],
    async start(t) {
      const { endpoint, records } = await strictZenodo(t);
      const standing = () => {
        const files = [...records.values()].findLast(({ published }) => published)?.files;
        const text = files?.get("manifest.json")?.toString();
        if (!files || text === undefined) return undefined;
        const paths = JSON.parse(text).files.map(({ path }: { path: string }) => path);
        return new Map(
          ["manifest.json", ...paths].map((path) => [path, files.get(flat(path)) ?? Buffer.alloc(0)]),
        );
      };
      return { endpoint, standing };
    },
    async open(url, sending, onWarning) {
      const { ZenodoDestination } = await import("./targets/zenodo/destination.js");
      const about = { scheme: "zenodo", record: undefined, publishDoi: true } as const;
      return new ZenodoDestination({ ...about, url, token: ZENODO_TOKEN, sending, onWarning });
    },
  },
];

/** Whether what readers find is a whole release: every file has the size and the checksum that its manifest.json says. */
export function isWhole(standing: Standing): boolean {
  const { files } = JSON.parse(standing?.get("manifest.json")?.toString() ?? '{"files":[]}');
  const isRight = ({ path, sha256 }: { path: string; sha256: string }) =>
    createHash("sha256")
      .update(standing?.get(path) ?? "")
      .digest("hex") === sha256;
  return files.length > 0 && files.every(isRight);
}

/** How a publish ended. */
export interface Ended {
  readonly outcome: Outcome;
  readonly messages: string;
}

/** How much a server may say, in bytes, and how long a slow one may take, in milliseconds. */
const SIZE = { size: 8 * 1024 * 1024 };
const LITTLE_TIME = { connect: 2000, headers: 200, body: 200, total: 400 };

/** Publishes with waits that take no time. Throws whatever is no `Failure`. */
export async function publishHastily(
  target: HostileTarget,
  endpoint: string,
  options: Pick<PublishOptions, "manifest"> & Partial<PublishOptions>,
  { isSlow = false } = {},
): Promise<Ended> {
  const messages: string[] = [];
  const onWarning = (warning: string) => void messages.push(warning);
  const sending: SendOptions & GuardedOptions = {
    ...{
      hosts: new Hosts(),
      clock: new FakeClock(),
      limits: { ...SIZE, ...(isSlow && LITTLE_TIME) },
      onRetry: onWarning,
    },
  };
  const destination = await target.open(endpoint, sending, onWarning);
  const about = { toolVersion: "1.2.3", now: new Date("2026-11-02"), allow: {}, dryRun: false };
  try {
    await publish({
      ...about,
      scratch: tmpdir(),
      creators: ["Doe, Jane"],
      destination,
      onWarning,
      ...options,
    });
    return { outcome: "done", messages: messages.join("\n") };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { outcome: error.outcome, messages: [...messages, error.message].join("\n") };
  } finally {
    await destination.close?.();
  }
}

/** A server that passes everything on that `lie` does not answer; it is told how many requests came before. */
export async function lyingServer(
  t: TestContext,
  endpoint: string,
  lie: (asked: Asked & { kind: string }, response: ServerResponse, kinds: readonly string[]) => boolean,
) {
  const agent = new Agent({ keepAlive: true });
  const kinds: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", headers } = request;
    const url = new URL(request.url ?? "/", `http://${headers.host}`);
    const kind = `${method} ${url.pathname}`;
    kinds.push(kind);
    const body = Buffer.concat(chunks);
    if (lie({ method, url, headers, body: body.toString(), kind }, response, kinds)) return;
    passOn(agent, endpoint, { method, url, headers, body }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, kinds };
}

/** Lies at the n-th request, from 0 on, and at whatever asks the same again. */
export function lieFrom(at: number, row: Misbehaviour, elsewhere: string): Parameters<typeof lyingServer>[2] {
  let times = 0;
  return ({ kind, ...asked }, response, kinds) => {
    if (kinds.length <= at || kind !== kinds[at]) return false;
    row.answer({ asked, response, count: times++, honest: { body: "{}" }, list: undefined, elsewhere });
    return true;
  };
}

type Given = Omit<Asked, "body"> & { readonly body: Buffer };

function passOn(
  agent: Agent,
  endpoint: string,
  { method, url, headers, body }: Given,
  response: ServerResponse,
) {
  const { hostname, port } = new URL(endpoint);
  const path = url.pathname + url.search;
  const onward = ask({ agent, hostname, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  onward.end(body);
}
