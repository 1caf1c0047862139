/** Labels of people and firms in the Smithsonian's records, from those who made a work to those who kept it. */
const RANKS: readonly (readonly string[])[] = [
  [
    ...["artist", "artist/maker", "attributed to", "author", "created_by", "creator", "created by"],
    ...["model maker", "modeler", "photographer", "photograph by", "written by"],
  ],
  [
    ...["architect", "designer", "designed by", "illustrator", "illustrated by", "cartoonist", "weaver"],
    ...["composer", "composed by", "embroiderer", "landscape architect", "calligrapher", "sculptor"],
    ...["jeweler", "potter", "ceramist"],
  ],
  [
    ...["compiled by", "engraver", "etcher", "maker", "silversmith", "producer", "produced by"],
    ...["metal worker", "carver", "cartographer"],
  ],
  [
    ...["print maker", "painter", "after", "inventor", "lithographer", "attribution"],
    ...["former attribution"],
  ],
  ["manufactured by", "manufacturer", "published by", "publisher", "editor"],
  ["patentee"],
  ["collector"],
];

const rankOfLabel = new Map(RANKS.flatMap((labels, rank) => labels.map((label) => [label, rank])));

/** How near to the making of a work a label is: 0 is nearest. Undefined for labels that name no creator. */
export function rankOfCreator(label: string): number | undefined {
  return rankOfLabel.get(label.trim().toLowerCase());
}
