import { readFileSync } from "node:fs";
import { join } from "node:path";
import { attackAll, type Client } from "../../testing/hostile/attack.js";
import { PROJECT } from "../../testing/run.js";
import { walkHastily } from "./hostile.test.util.js";
import { pagesOf } from "./hostile-pages.test.util.js";
import { findProvider, PROVIDERS } from "./index.js";

/** Every provider's engine against servers that misbehave. */

/** So few pages are served of a query that a circle of six is not gone round. */
const FEW_PAGES = ["done", "refused"] as const;
const OTHERWISE: Readonly<Record<string, Client["otherwise"]>> = {
  aucklandmuseum: { "some of a few works for ever": FEW_PAGES, "pages in a circle": FEW_PAGES },
};

const CLIENTS: readonly Client[] = PROVIDERS.filter(({ joinTables }) => !joinTables).map((provider) => ({
  name: provider.name,
  names: [provider.title],
  reads: provider.page.list.length > 0 ? "object" : "list",
  ...pagesOf(provider),
  otherwise: OTHERWISE[provider.name] ?? {},
  run: (baseUrl, t, { isSlow }) => walkHastily(t, provider, baseUrl, isSlow && { isSlow }),
}));

/** The dump of iNaturalist: four tables that are downloaded and joined. */
const DUMP: Client = {
  name: "inaturalist",
  names: ["iNaturalist"],
  reads: "table",
  honest: ({ url }) => ({ body: readFileSync(join(PROJECT, "fixtures/inaturalist", url.pathname)) }),
  run: (baseUrl, t, { isSlow }) => walkHastily(t, findProvider("inaturalist"), baseUrl, isSlow && { isSlow }),
};

attackAll([...CLIENTS, DUMP]);
