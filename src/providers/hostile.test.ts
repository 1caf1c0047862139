import { attackAll, type Client } from "../testing/hostile/attack.js";
import { walkHastily } from "./hostile.test.util.js";
import { PROVIDERS } from "./index.js";

/** Every provider's engine against servers that misbehave. */

const PAGE = JSON.stringify({ images: [{ foreign_identifier: 1 }], next_page: null });

const CLIENTS: readonly Client[] = PROVIDERS.filter(({ name }) => name === "nappy").map((provider) => ({
  name: provider.name,
  reads: "object",
  honest: () => ({ body: PAGE }),
  run: (baseUrl, t) => walkHastily(t, provider, baseUrl),
}));

attackAll(CLIENTS);
