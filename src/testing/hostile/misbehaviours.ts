import type { Outcome } from "../../base/failure.js";
import { BODIES, HTML } from "./bodies.js";
import { CONNECTIONS } from "./connections.js";
import { type Misbehaviour, REFUSED, type Scene, TEMPORARY, WRONG } from "./misbehaviour.js";

export type { Asked, ClientList, Honest, Misbehaviour, Reading, Scene } from "./misbehaviour.js";

/** The table: statuses and redirects, and what is beside this file. Lists are another one (`loops.ts`). */

function status(
  code: number,
  {
    ends = WRONG,
    headers = {},
    text = HTML,
    name = "",
  }: { ends?: readonly Outcome[]; headers?: Record<string, string>; text?: string; name?: string } = {},
): Misbehaviour {
  return {
    name: `status ${code}${name}, for ever`,
    ends,
    says: new RegExp(`\\b${code}\\b`),
    answer: ({ response }) => {
      response.writeHead(code, { "content-type": "text/html", ...headers }).end(text);
    },
  };
}

function redirect(
  name: string,
  target: (scene: Scene) => string,
  { code = 302, says }: { code?: number; says?: RegExp } = {},
): Misbehaviour {
  return {
    name: `a redirect ${name}`,
    ends: REFUSED,
    ...(says && { says }),
    answer: (scene) => {
      scene.response.writeHead(code, { location: target(scene) }).end();
    },
  };
}

const YEAR = String(365 * 24 * 3600);

const STATUSES: readonly Misbehaviour[] = [
  { ...status(204, { text: "" }), says: /./ },
  status(304, { text: "" }),
  status(400),
  status(401, { ends: ["no_permission"] }),
  status(403, { ends: ["no_permission"] }),
  status(404),
  status(410),
  status(416),
  status(418),
  status(429, { ends: TEMPORARY }),
  status(429, { ends: TEMPORARY, headers: { "retry-after": YEAR }, name: " with a Retry-After of a year" }),
  status(429, { ends: TEMPORARY, headers: { "retry-after": "-5" }, name: " with a negative Retry-After" }),
  status(429, {
    ends: TEMPORARY,
    headers: { "retry-after": "soon" },
    name: " with a Retry-After of nonsense",
  }),
  status(429, {
    ends: TEMPORARY,
    headers: { "retry-after": "9".repeat(400) },
    name: " with an endless Retry-After",
  }),
  status(500, { ends: TEMPORARY }),
  status(503, { ends: TEMPORARY }),
  status(503, {
    ends: TEMPORARY,
    headers: { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" },
    name: " until the year 9999",
  }),
  status(599, { ends: TEMPORARY }),
  status(600, { ends: TEMPORARY }),
  status(999, { ends: TEMPORARY }),
];

const REDIRECTS: readonly Misbehaviour[] = [
  redirect("to itself", ({ asked }) => asked.url.href, { code: 301 }),
  redirect("to ever new addresses", ({ asked, count }) => `${asked.url.pathname}?turn=${count}`),
  redirect("to file:", () => "file:///etc/passwd"),
  redirect("to data:", () => 'data:application/json,{"results":[]}'),
  redirect("to ftp:", () => "ftp://127.0.0.1/pub"),
  redirect("to no address", () => "http://[nonsense"),
  redirect("to another port of this machine", ({ elsewhere }) => elsewhere),
  redirect("to another port of this machine, by name", ({ elsewhere }) =>
    elsewhere.replace("127.0.0.1", "localhost"),
  ),
  redirect("to the metadata of a cloud", () => "http://169.254.169.254/latest/meta-data/"),
  redirect("to a private network", () => "http://192.168.0.1/admin", { code: 307 }),
  {
    name: "a redirect without an address",
    ends: REFUSED,
    answer: ({ response }) => {
      response.writeHead(301).end();
    },
  },
];

export const MISBEHAVIOURS: readonly Misbehaviour[] = [...BODIES, ...CONNECTIONS, ...STATUSES, ...REDIRECTS];
