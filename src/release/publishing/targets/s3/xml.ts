import { Parser } from "htmlparser2";

/** An element of an answer: the texts of its children by their names. */
export type Element = Readonly<Record<string, string>>;

/** The elements of a name with the texts of their direct children; S3 nests no deeper where we look. */
export function elementsIn(xml: string, name: string): Element[] {
  const found: Record<string, string>[] = [];
  const onText = (text: string, [parent, tag]: readonly string[]) => {
    const element = found.at(-1);
    if (element && parent === name && tag !== undefined) element[tag] = (element[tag] ?? "") + text;
  };
  walk(xml, (tag) => tag === name && found.push({}), onText);
  return found;
}

/** The texts of all elements of a name. */
export function textsIn(xml: string, name: string): string[] {
  const found: string[] = [];
  const onText = (text: string, [, tag]: readonly string[]) => {
    if (tag === name) found.push((found.pop() ?? "") + text);
  };
  walk(xml, (tag) => tag === name && found.push(""), onText);
  return found;
}

/** `onText` is given a text, the element that it is in, and before that the one around it. */
function walk(
  xml: string,
  onOpen: (tag: string) => void,
  onText: (text: string, path: readonly string[]) => void,
): void {
  const path = [""];
  const parser = new Parser(
    {
      onopentag: (tag) => {
        path.push(tag);
        onOpen(tag);
      },
      ontext: (text) => onText(text, path.slice(-2)),
      onclosetag: () => void path.pop(),
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
}

/** Whether an answer is XML of this element. */
export function isOf(xml: string, name: string): boolean {
  return new RegExp(`^\\s*(?:<\\?xml[^>]*>\\s*)?<${name}[\\s/>]`).test(xml.slice(0, 10_000));
}
