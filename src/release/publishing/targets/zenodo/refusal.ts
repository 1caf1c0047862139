import { beginningWithout, heldSecrets } from "../../../../base/secrets/index.js";

/** What Zenodo says when it refuses something. */

/** The options with which a person can correct a field. */
const OPTIONS: readonly (readonly [field: RegExp, option: string])[] = [
  [/^(?:metadata\.)?title/, "--title"],
  [/^(?:metadata\.)?creators/, "--creator"],
  [/^(?:metadata\.)?version/, "--release"],
];

/**
 * What Zenodo says of a refusal: `{message, errors: [{field, message}]}`, a list of messages of each field, or objects of
 * fields in fields. At most five problems, each cut, because the text is not ours.
 */
export function inWords(said: unknown): string {
  if (!isObject(said)) return "";
  const message = beginningWithout(textsIn(said.message).join(" "), 300);
  const words = [message, problemsIn(said.errors, "").slice(0, 5).join("; ")].filter(Boolean).join(" ");
  return words === "" ? "" : `: ${words}`;
}

function problemsIn(errors: unknown, field: string): string[] {
  if (!isObject(errors)) return typeof errors === "string" ? [ofField(field, errors)] : [];
  if (Array.isArray(errors)) {
    const areTexts = errors.length > 0 && errors.every((error) => typeof error === "string");
    return areTexts
      ? [ofField(field, textsIn(errors).join(" "))]
      : errors.flatMap((one) => problemsIn(one, field));
  }
  const named = textsIn(errors.field).join(".");
  if (named !== "") {
    const words = [errors.message, errors.messages].flatMap(textsIn).join(" ");
    return words === "" ? [] : [ofField(named, words)];
  }
  return Object.entries(errors).flatMap(([name, error]) =>
    problemsIn(error, field ? `${field}.${name}` : name),
  );
}

function ofField(field: string, words: string): string {
  const option = OPTIONS.find(([pattern]) => pattern.test(field))?.[1];
  const problem = field === "" ? words : `${field}: ${words}`;
  return beginningWithout(`${problem}${option === undefined ? "" : ` (${option})`}`, 200);
}

/** All texts in a value, each on one line. */
function textsIn(value: unknown): string[] {
  // Before it is cut off: of half a secret nobody could tell.
  if (typeof value === "string") return [heldSecrets().hide(value).replace(/\s+/g, " ").trim()];
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
