import { cleanRecord, comparableUrl, type Dropped, type MediaRecord } from "../record/index.js";

/** What has to become of bytes: their lines, cut, decoded and parsed by nothing of ours, and cleaned by `cleanRecord`. */

/** A line: its record and what that has lost, or the code by which it is refused. */
export type Judgement = { readonly line: number } & (
  | { readonly record: MediaRecord; readonly dropped: readonly Dropped[] }
  | { readonly code: string }
);

/** Judges one line, its line end and a byte order mark left out; undefined where it is blank. */
export function judge(bytes: Buffer, line: number): Judgement | undefined {
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, end));
  } catch {
    return { line, code: "utf8" };
  }
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = parsed(text);
  } catch {
    return { line, code: text.trim().startsWith("[") ? "json|not_an_object" : "json" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { line, code: "not_an_object" };
  const result = cleanRecord(value as Record<string, unknown>);
  return "record" in result
    ? { line, record: result.record, dropped: result.dropped ?? [] }
    : { line, code: result.code };
}

/** `JSON.parse`, with numbers that are not what is written as texts. */
function parsed(text: string): unknown {
  JSON.parse(text);
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[-+.\deE]*/g, (token) =>
    token.startsWith('"') ? token : `{"a number":"${token}"}`,
  );
  return JSON.parse(marked, (_, value) =>
    value && typeof value["a number"] === "string" ? numberOf(value["a number"]) : value,
  );
}

function numberOf(written: string): number | string {
  const number = Number(written);
  if (Math.abs(number) >= 2 ** 53 || !isSame(written, String(number))) return written;
  return number;
}

/** Whether two numbers are the same, by the products of each one's digits and the other's power of ten. */
function isSame(a: string, b: string): boolean {
  const [x, y] = [fractionOf(a), fractionOf(b)];
  return x.digits === 0n || y.digits === 0n || Math.abs(x.power - y.power) > 2000
    ? x.digits === y.digits
    : x.digits * 10n ** BigInt(Math.max(0, x.power - y.power)) ===
        y.digits * 10n ** BigInt(Math.max(0, y.power - x.power));
}

function fractionOf(number: string): { digits: bigint; power: number } {
  const [mantissa = "", exponent = "0"] = number.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), power: Number(exponent) - fraction.length };
}

/** Whether a record is another work than those before: loads merge, and refuse a file that is there. */
export class Works {
  readonly #known = new Set<string>();

  isNew({ media_type, provider, foreign_identifier, url }: MediaRecord): boolean {
    const names = [
      `${media_type} ${provider}\n${foreign_identifier}`,
      `${media_type} ${comparableUrl(url as string)}`,
    ];
    if (names.some((name) => this.#known.has(name))) return false;
    for (const name of names) this.#known.add(name);
    return true;
  }
}
