import { replacedUnseen } from "../../../base/visible.js";
import { type Contents, summaryOf } from "./contents.js";
import { yamlText } from "./markdown.js";

/** How to cite the dataset, for machines: GitHub, Zenodo and reference managers read it. */
export const CITATION_FILE = "CITATION.cff";

/**
 * CITATION.cff, in version 1.2.0 of the format. It names no licence: the format has a list of licences for the whole
 * only, and here every record has its own.
 */
export function citationFile(contents: Contents): string {
  const { title, version, creators, homepage } = contents;
  const lines = [
    "cff-version: 1.2.0",
    'message: "Please cite this dataset as below, and credit each work as its own licence asks."',
    "type: dataset",
    `title: ${yamlText(title)}`,
    `abstract: ${yamlText(summaryOf(contents))}`,
    `version: ${yamlText(version.version)}`,
    `date-released: ${yamlText(version.date)}`,
    ...(homepage === undefined ? [] : [`url: ${yamlText(homepage)}`]),
    "authors:",
    ...creators.flatMap(authorOf),
  ];
  return `${lines.join("\n")}\n`;
}

/** `Family, Given` is a person, anything else the name of an organisation. */
function authorOf(name: string): string[] {
  const [, family, given] = /^([^,]+),\s*(.+)$/.exec(name) ?? [];
  if (family === undefined || given === undefined) return [`- name: ${yamlText(name)}`];
  return [`- family-names: ${yamlText(family)}`, `  given-names: ${yamlText(given)}`];
}

/** The same for BibTeX, for the card. Braces and backslashes mean something there, and it has no escapes for what is unseen. */
export function bibtex({ title, version, creators, homepage }: Contents): string {
  const plain = (text: string) => replacedUnseen(text, () => "").replace(/[{}\\]/g, "");
  const fields = [
    `title = {${plain(title)}}`,
    `author = {${creators.map((name) => (name.includes(",") ? plain(name) : `{${plain(name)}}`)).join(" and ")}}`,
    `year = {${version.date.slice(0, 4)}}`,
    `version = {${version.version}}`,
    ...(homepage === undefined ? [] : [`url = {${homepage.replace(/[{}\\]/g, encodeURIComponent)}}`]),
  ];
  return `@misc{ov-${version.version},\n  ${fields.join(",\n  ")}\n}`;
}
