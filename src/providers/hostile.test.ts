import { attackAll, type Client } from "../testing/hostile/attack.js";
import { walkHastily } from "./hostile.test.util.js";
import { pagesOf } from "./hostile-pages.test.util.js";
import { PROVIDERS } from "./index.js";

/** Every provider's engine against servers that misbehave. */

const CLIENTS: readonly Client[] = PROVIDERS.filter(({ tables }) => !tables).map((provider) => ({
  name: provider.name,
  names: [provider.title],
  reads: provider.page.list.length > 0 ? "object" : "list",
  ...pagesOf(provider),
  run: (baseUrl, t, { isSlow }) => walkHastily(t, provider, baseUrl, isSlow && { isSlow }),
}));

attackAll(CLIENTS);
