import { Parser } from "htmlparser2";

/** An element of an answer: the texts of its children by their names. */
export type Element = Readonly<Record<string, string>>;

/** The elements of a name with the texts of their direct children; S3 nests no deeper where we look. */
export function elementsIn(xml: string, name: string): Element[] {
  const found: Record<string, string>[] = [];
  const path: string[] = [];
  const parser = new Parser(
    {
      onopentag: (tag) => {
        path.push(tag);
        if (tag === name) found.push({});
      },
      ontext: (text) => {
        const [parent, tag] = path.slice(-2);
        const element = found.at(-1);
        if (element && parent === name && tag !== undefined) element[tag] = (element[tag] ?? "") + text;
      },
      onclosetag: () => {
        path.pop();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  return found;
}

/** The texts of all elements of a name. */
export function textsIn(xml: string, name: string): string[] {
  const found: string[] = [];
  let inside = false;
  const parser = new Parser(
    {
      onopentag: (tag) => {
        inside = tag === name;
        if (inside) found.push("");
      },
      ontext: (text) => {
        if (inside) found.push((found.pop() ?? "") + text);
      },
      onclosetag: () => {
        inside = false;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(xml);
  return found;
}

/** Whether an answer is XML of this element. */
export function isOf(xml: string, name: string): boolean {
  return new RegExp(`^\\s*(?:<\\?xml[^>]*>\\s*)?<${name}[\\s/>]`).test(xml.slice(0, 10_000));
}
