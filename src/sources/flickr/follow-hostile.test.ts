import { FakeClock } from "../../base/http/fake-clock.test.util.js";
import type { Redirect } from "../../base/http/index.js";
import { createClient } from "../../base/http/index.js";
import { attackAll, type Client } from "../../testing/hostile/attack.js";
import { createFollow } from "./follow.js";

/** Following addresses of Flickr, with somebody else in its place. */

const LITTLE_PATIENCE = { headers: 250, body: 250, total: 500 };

const FOLLOW: Client = {
  name: "ov-parse-flickr-url --follow",
  names: ["Flickr", "flic.kr"],
  reads: "status",
  honest: () => ({
    status: 302,
    headers: { location: "https://www.flickr.com/photos/example/123/" },
    body: "",
  }),
  async run(baseUrl, t, { isSlow }) {
    const limits = isSlow ? LITTLE_PATIENCE : {};
    const client = createClient({ version: "0", clock: new FakeClock(), limits });
    t.after(() => client.close());
    // Only hosts of Flickr are followed, so they are asked under the name of this machine.
    const redirect = ({ url }: { url: URL }): Promise<Redirect> =>
      client.redirect({ url: new URL(url.pathname, baseUrl) });
    const found = await createFollow({ redirect })("https://flic.kr/s/aHsjzJh4Yy");
    if (!("error" in found)) return { outcome: "done", messages: [] };
    const isLater = "retryable" in found && found.retryable;
    return { outcome: isLater ? "temporary" : "refused", messages: ["reason" in found ? found.reason : ""] };
  },
  // It is a result like others that there is nothing to be seen.
  otherwise: { "status 401, for ever": ["refused"], "status 403, for ever": ["refused"] },
};

attackAll([FOLLOW]);
