/** Accounts on Flickr that are a source of their own, and the accounts (NSIDs) each has. */
export const FLICKR_SOURCES: readonly { readonly source: string; readonly owners: readonly string[] }[] = [
  {
    source: "nasa",
    owners: [
      "24662369@N07", // Goddard Space Flight Center
      "35067687@N04", // Headquarters
      "29988733@N04", // Johnson Space Center
      "28634332@N05", // Marshall Space Flight Center
      "108488366@N07", // Kennedy Space Center
      "136485307@N06", // Project Apollo archive
    ],
  },
  { source: "bio_diversity", owners: ["61021753@N02"] },
  { source: "spacex", owners: ["130608600@N05"] },
  { source: "woc_tech", owners: ["136629440@N06"] },
  { source: "valence_romans", owners: ["150408343@N02"] },
  { source: "east_riding", owners: ["138361426@N08"] },
  { source: "archief_alkmaar", owners: ["98304311@N03"] },
  { source: "bib_gulbenkian", owners: ["26577438@N06"] },
];
