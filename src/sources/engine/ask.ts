import { Failure } from "../../base/failure.js";
import { type Request, refillOf, StatusFailure } from "../../base/http/index.js";
import { isObject, type Json, type JsonObject } from "../../base/ndjson/index.js";
import { withQuery } from "./addresses.js";
import { keepItems, parseAnswer, parseKept } from "./item-texts.js";
import { excerpt, listOfPage, totalOf } from "./page-shape.js";
import type { Complaint, Provider, Session } from "./provider.js";

/** An answer and its items. */
export interface AnsweredPage {
  readonly answer: Json;
  readonly items: JsonObject[];
  /** How many elements its list has, whatever they are. */
  readonly listed: number;
  /** How many items the query has in all, where the answer says so. */
  readonly total: number | undefined;
}

/**
 * Asks a provider's API for a page, with the key where the API wants it. Throws a `Failure`: `no_permission` for a
 * key that is missing or wrong, `bad_input` for an answer that is no page, and what the answer complains about. An
 * element of the list that is no item is a bad line, unless all are.
 */
export async function ask(session: Session, request: Request): Promise<AnsweredPage> {
  const { answer, list, total } = await askList(session, request);
  const items = list.filter(isObject);
  const { length: listed } = list;
  if (items.length === listed) return { answer, items, listed, total };
  if (items.length === 0) throw noPage(session, request.url, answer);
  for (const input of list.filter((one) => !isObject(one))) {
    const bad = {
      file: session.provider.name,
      error: "not an object",
      code: "not_an_object",
      input: excerpt(input),
    };
    await session.onBadLine?.(bad);
  }
  return { answer, items, listed, total };
}

/** Asks like `ask` for a page whose list may hold anything. */
export async function askList(
  session: Session,
  request: Request,
): Promise<{ answer: Json; list: readonly Json[]; total: number | undefined }> {
  const { provider } = session;
  const answer = await askAny(session, request);
  // People save bare lists; a server that sends one is not this API.
  const isOther = Array.isArray(answer) && provider.page.list.length > 0;
  const list = isOther ? undefined : listOfPage(provider, answer);
  if (list) {
    keepItems(answer, list);
    return { answer, list, total: totalOf(provider, answer) };
  }
  throw noPage(session, request.url, answer);
}

/** Asks like `ask` for one object. */
export async function askOne(session: Session, request: Request): Promise<JsonObject> {
  const answer = await askAny(session, request);
  if (isObject(answer) && Object.keys(answer).length > 0) return answer;
  throw noPage(session, request.url, answer, "no object");
}

/** The failure of an answer that is not what was asked for: who sent it, and how it begins. */
export function noPage({ provider }: Session, url: URL, answer: Json, what = "no page of items"): Failure {
  return new Failure(
    "bad_input",
    `${provider.title} (${url.host}) answered with ${excerpt(answer)}, which is ${what}: ` +
      "its API has changed, or --base-url is wrong",
  );
}

/** Asks like `ask` for any JSON. */
export async function askAny(session: Session, request: Request): Promise<Json> {
  const { provider, client, query } = session;
  const parse = (text: string) => (query.raw ? parseKept : parseAnswer)(provider, text);
  const busy = (answer: Json) => {
    const complaint = complaintOf(provider, answer);
    return complaint?.means === "busy" ? complaint.words : undefined;
  };
  const keyed = withKey(session, request);
  const answer = await client.json({ ...keyed, parse, busy }).catch((error: unknown) => {
    throw withKeyAdvice(provider, error);
  });
  refuseComplaint(provider, answer, request.url.host);
  return answer;
}

/** Throws what an answer complains about, as a `Failure` that says what to do. */
export function refuseComplaint(provider: Provider, answer: Json, host?: string): void {
  const complaint = complaintOf(provider, answer);
  if (!complaint) return;
  const name = host === undefined ? provider.title : `${provider.title} (${host})`;
  const words = `${name} answered with an error: ${complaint.words}`;
  switch (complaint.means) {
    case "no_permission":
      throw new Failure("no_permission", `${words}${keyAdvice(provider)}`);
    case "refused":
      throw new Failure("refused", words);
    case "used_up":
      throw new Failure(
        "temporary",
        `${words}: run the same command again after ${refillOf(provider.budget?.per ?? "day", new Date())}`,
      );
    default:
      throw new Failure("temporary", `${words}: try again later`);
  }
}

function complaintOf(provider: Provider, answer: Json): Complaint | undefined {
  return isObject(answer) ? provider.complaintOf?.(answer) : undefined;
}

/** A status that means a bad key says which key, and where to get a good one. */
function withKeyAdvice(provider: Provider, error: unknown): unknown {
  if (!provider.key || !(error instanceof StatusFailure) || error.outcome !== "no_permission") return error;
  const words = error.message.replace(/: it does not let us.*$/, "");
  return new StatusFailure(error.status, "no_permission", `${words}${keyAdvice(provider)}`);
}

function keyAdvice({ key }: Provider): string {
  return key ? `: check ${key.variable} (get a key at ${key.where})` : "";
}

/** A request that carries the key as the API wants it. */
export function withKey({ provider, key }: Pick<Session, "provider" | "key">, request: Request): Request {
  const { sentAs, required, variable, where } = provider.key ?? {};
  if (key === undefined) {
    if (!required) return request;
    throw new Failure(
      "no_permission",
      `${provider.title} asks for an API key: set ${variable} (get one at ${where})`,
    );
  }
  if (sentAs === undefined) return request;
  if ("parameter" in sentAs) {
    return { ...request, url: withQuery(request.url, { [sentAs.parameter]: key }) };
  }
  const value = sentAs.scheme === undefined ? key : `${sentAs.scheme} ${key}`;
  return { ...request, headers: { ...request.headers, [sentAs.header]: value } };
}
