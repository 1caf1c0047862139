import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** For tests: ways in which a server quotes what it was sent, and whether any of them is left. */

export const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Every character by its code in two hexadecimal digits. */
const coded = (text: string, form: (code: string) => string) =>
  [...text].map((character) => form(character.charCodeAt(0).toString(16).padStart(2, "0"))).join("");

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const WAYS: Record<string, (secret: string) => string> = {
  "as it is": (secret) => secret,
  "in capitals": (secret) => secret.toUpperCase(),
  "in small letters": (secret) => secret.toLowerCase(),
  "in a longer word": (secret) => `id${secret}x`,
  "inside itself": (secret) =>
    [4, 6, 8].map((at) => secret.slice(0, at) + secret + secret.slice(at)).join(" "),
  "in an address": (secret) => encodeURIComponent(secret),
  "in an address in an address": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  "in a form": (secret) => new URLSearchParams({ k: secret }).toString(),
  "every character escaped in an address": (secret) => coded(secret, (code) => `%${code}`),
  "in JSON": (secret) => JSON.stringify({ secret }),
  "in JSON in JSON": (secret) => JSON.stringify(JSON.stringify({ secret })),
  "in JSON as PHP writes it": (secret) => JSON.stringify(secret).replaceAll("/", "\\/"),
  "every character escaped in JSON": (secret) => coded(secret, (code) => `\\u00${code.toUpperCase()}`),
  "every character escaped in a script": (secret) => coded(secret, (code) => `\\x${code}`),
  "in HTML": (secret) => secret.replace(/[&<>"]/g, (mark) => HTML[mark] as string),
  "in numbers of HTML": (secret) => coded(secret, (code) => `&#x${code};`),
  "in decimal numbers of HTML": (secret) => coded(secret, (code) => `&#${Number.parseInt(code, 16)};`),
  "in an address in HTML in JSON": (secret) =>
    JSON.stringify(`<a href="?k=${encodeURIComponent(secret).replaceAll("%", "&#37;")}">`),
  "in base64": (secret) => base64(secret),
  "in base64 after a user": (secret) => `Basic ${base64(`user:${secret}`)}`,
  "in base64 after one character": (secret) => base64(`:${secret}`),
  "in base64 after two characters": (secret) => base64(`a:${secret}`),
  "in base64 with more after it": (secret) => base64(`{"token":"${secret}","more":true}`),
  "in base64 of addresses": (secret) => Buffer.from(`x${secret}yz`).toString("base64url"),
  "in base64 in an address": (secret) => encodeURIComponent(base64(`user:${secret}`)),
};

/** What has been cut up: by lines, and by what nobody sees. */
const cut = (mark: string) => (secret: string) => secret.slice(0, 6) + mark + secret.slice(6);
const inLines = (text: string) => (text.match(/.{1,16}/gs) ?? []).join("\r\n");
Object.assign(WAYS, {
  "in two lines": cut("\n"),
  "in a header that was folded": cut("\r\n "),
  "in two lines in JSON": (secret: string) => JSON.stringify(cut("\n")(secret)),
  "with a mark that nobody sees": cut("\u200b"),
  "with a mark that nobody sees, in JSON": (secret: string) =>
    JSON.stringify(cut("\u00ad")(secret)).replaceAll("\u00ad", "\\u00ad"),
  "in base64 of mail": (secret: string) => inLines(base64(`user:${secret}`)),
  "in hexadecimal digits": (secret: string) => Buffer.from(secret).toString("hex"),
  "in base64 of an address": (secret: string) => base64(`?k=${encodeURIComponent(secret)}&page=2`),
  "in a script as it once was": (secret: string) => coded(secret, (code) => `%u00${code}`),
  "in a script of today": (secret: string) => coded(secret, (code) => `\\u{${code}}`),
});

/** Some secrets in all these ways, one a word. */
export const inAllWays = (...secrets: string[]) =>
  secrets.flatMap((secret) => Object.values(WAYS).map((quote) => quote(secret))).join(" ");

function plain(text: string): string {
  return text
    .replace(/\\[rnt]|\\u00ad/g, "")
    .replace(
      /%([0-9a-f]{2})|[\\%]u00([0-9a-f]{2})|\\u\{([0-9a-f]+)\}|\\x([0-9a-f]{2})|&#x([0-9a-f]+);/gi,
      (_, a, b, c, d, e) => String.fromCharCode(Number.parseInt(a ?? b ?? c ?? d ?? e, 16)),
    )
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/&(?:amp|lt|gt|quot);/g, (name) => Object.keys(HTML).find((mark) => HTML[mark] === name) ?? name)
    .replace(/\\(["\\/])/g, "$1");
}

/** Whether a reader finds a secret in a text, who takes its escapes and its base64 away. */
export function isReadable(secret: string, text: string): boolean {
  const levels = [text];
  for (let depth = 0; depth < 4; depth++) levels.push(plain(levels.at(-1) as string));
  // In lines, also where data has blanks in their place.
  levels.push(...levels.map((level) => level.replace(/[\s\u00ad\u200b]+/g, "")));
  const words = levels.flatMap((level) => level.match(/[\w+/-]{8,}/g) ?? []);
  const decoded = words.flatMap((word) =>
    [0, 1, 2, 3].map((from) => Buffer.from(word.slice(from), "base64").toString("latin1")),
  );
  const digits = words.map((word) => Buffer.from(word, "hex").toString("latin1"));
  const inside = decoded.map(plain);
  return [...levels, ...decoded, ...inside, ...digits].some((reading) =>
    reading.toLowerCase().includes(secret.toLowerCase()),
  );
}

/** Everything in a folder, names included, and what runs have printed, as one text. */
export function everythingIn(folder: string, ...printed: string[]): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), "latin1")}`);
  return [...texts, ...printed].join("\n");
}
