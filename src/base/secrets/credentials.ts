import { createReadStream } from "node:fs";
import { counted } from "../counted.js";
import { cannot, errorCode, Failure } from "../failure.js";
import { decodedParameter } from "./escapes.js";
import { holdSecrets, SHORTEST_SECRET } from "./secrets.js";

/**
 * How keys, tokens and passwords are read: from environment variables and files, never from arguments, which other users
 * of the machine see. What is read is held at once (see `holdSecrets`). What can be no secret, a file with two lines, say,
 * is refused at once, before anything is asked or written; no message shows any of it.
 */

/** More than any key, and than any file with profiles. */
const MOST_BYTES = 1024 * 1024;

/**
 * A secret from the file that was named, else from an environment variable; undefined where none is named and the variable
 * is not set. Throws a `Failure`: "no_input" for a file that cannot be opened, "no_permission" for what is no secret.
 */
export async function readSecret(
  variable: string,
  file?: string,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | undefined> {
  if (file === undefined) return secretOf(variables[variable], variable);
  const secret = secretOf(await readSecretFile(file), file);
  if (secret === undefined) throw refusal(file, "is empty; put the key into it, in one line");
  return secret;
}

/**
 * A secret as it was written, in the place that messages name: without blanks and line breaks around it; undefined where
 * there is nothing. Throws a `Failure` ("no_permission") for anything that no server gives out as a secret.
 */
export function secretOf(text: string | undefined, place: string): string | undefined {
  const secret = wordOf(text, place);
  if (secret === undefined || secret.length >= SHORTEST_SECRET) {
    holdSecrets(secret);
    return secret;
  }
  const why = `with fewer than ${SHORTEST_SECRET} it would be cut out of ordinary words`;
  throw refusal(place, `has ${counted(secret.length, "character")}: ${why}`);
}

/** The same of what is no secret, like the name of an account: of any length. */
export function wordOf(text: string | undefined, place: string): string | undefined {
  // Not `trim`, which takes a byte order mark away as well.
  const word = text?.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "") || undefined;
  if (word === undefined) return undefined;
  const problem = PROBLEMS.find(([pattern]) => pattern.test(word))?.[1];
  if (problem === undefined) return word;
  throw refusal(place, problem);
}

/** What no header could carry, or a mistake that would pass for a wrong key. */
const PROBLEMS: readonly (readonly [found: RegExp, problem: string])[] = [
  [/^.{8193}/s, "has more than 8192 characters: no server takes such a key"],
  [/^\ufeff/, "begins with a byte order mark: save it as plain text, without one"],
  [/[\r\n]/, "has more than one line: it must hold the key and nothing else"],
  [/[^\x00-\x7f]/, "has characters that are not plain ASCII, which no key has: copy it again"],
  [/[ \t]/, "has a blank in the middle: it must hold the key and nothing else"],
  [/[^\x21-\x7e]/, "has control characters, which no key has: copy it again"],
];

function refusal(place: string, problem: string): Failure {
  return new Failure("no_permission", `${place} ${problem}`);
}

/** The text of a file with secrets, which may be a pipe. Throws a `Failure` where it cannot be read or is too large. */
async function readSecretFile(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path)) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes > MOST_BYTES) throw refusal(path, "is larger than 1 MiB: this is no file with a key");
    }
  } catch (error) {
    throw cannot("open", path, error);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The same of a file that need not be there: undefined where it is not. */
export async function readSecretFileIfThere(path: string): Promise<string | undefined> {
  return readSecretFile(path).catch((error: unknown) => {
    const code = error instanceof Failure ? errorCode(error.cause) : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  });
}

/** An address with a user or password, at its start or in a text. */
const USER_INFO = /\b[a-z][a-z\d+.-]*:[\\/]{2,}[^\\/?#\s]*@/i;

/**
 * Throws a `Failure` ("usage") for an address with a user or password; `name` says where it was given. What else is secret
 * in it is held.
 */
export function refuseUserInfo(name: string, address: string | undefined): void {
  if (address === undefined) return;
  holdSecretsOf(address);
  if (!USER_INFO.test(address) && !hasUser(address)) return;
  throw new Failure(
    "usage",
    `${name}: an address with a user or password is not taken: others see it, and servers quote it; write it without`,
  );
}

/** Whether it has one by the rules of browsers, for which slashes and line ends do not matter. */
function hasUser(address: string): boolean {
  if (!/^\s*https?:/i.test(address) || !URL.canParse(address)) return false;
  const { username, password } = new URL(address);
  return username !== "" || password !== "";
}

/** Parameters of addresses that carry keys, signatures and the like, by the names that services use. */
const SECRET_NAMES = new Set([
  ..."access_token api_key api-key apikey auth authorization client_id client_secret credential jwt key".split(
    " ",
  ),
  ..."pass passwd password private_token pwd s secret sig sign signature subscription-key token wskey".split(
    " ",
  ),
  ..."awsaccesskeyid googleaccessid key-pair-id policy hdnea hdnts security-token".split(" "),
]);
const SIGNED = /^x-(?:amz|goog|oss|cos|ms)-(?:credential|signature|security-token)$/;

/** Whether a query parameter carries a secret; case does not matter. */
export function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  return SECRET_NAMES.has(lower) || SIGNED.test(lower);
}

/** A text without the users and passwords of addresses in it, the values of parameters that carry secrets as `…`. */
export function redactAddresses(text: string): string {
  return (
    text
      .replace(/([a-z][a-z\d+.-]*:[\\/]{2,})[^\\/?#\s]*@/gi, "$1")
      // A slash left out, as browsers take it.
      .replace(/(https?:[\\/]?)[^\\/?#\s:@]*(?::[^\\/?#\s:@]*)?@/gi, "$1")
      .replace(/([?&])([^=&#\s]*)=[^&#\s"'<>]*/g, (pair, mark: string, name: string) =>
        isSecretName(decodedParameter(name)) ? `${mark}${name}=…` : pair,
      )
  );
}

/** Browsers take any number of slashes after `http:`, and people leave some out. */
const WITH_USER = /(?:https?:[\\/]*|:[\\/]{2,})([^\\/?#\s:@]*)(?::([^\\/?#\s]*))?@/gi;
const WITHOUT_SCHEME = /^[\\/]{2,}[^\\/?#\s:@]*:([^\\/?#\s]*)@/;

/** Holds what is secret in an address that a person gave: the password, and the parameters that carry keys or signatures. */
export function holdSecretsOf(address: string): void {
  for (const [, user = "", password] of address.matchAll(WITH_USER)) {
    holdSecrets(password ?? user, decodedParameter(password ?? user));
  }
  const password = WITHOUT_SCHEME.exec(address)?.[1];
  if (password !== undefined) holdSecrets(password, decodedParameter(password));
  for (const [, name = "", value = ""] of address.matchAll(/[?&]([^=&#\s]*)=([^&#\s]*)/g)) {
    if (isSecretName(decodedParameter(name))) holdSecrets(value, decodedParameter(value));
  }
}
