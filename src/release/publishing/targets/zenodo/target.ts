import { Failure } from "../../../../base/failure.js";
import { ENDPOINT, type Target } from "../target.js";

const OPTIONS = [
  ENDPOINT,
  {
    flags: "--token-file <file>",
    description: "a file with the token for Zenodo (default: ZENODO_TOKEN, ZENODO_SANDBOX_TOKEN)",
  },
  {
    flags: "--publish-doi",
    description: "publish the draft at Zenodo: its DOI is registered, and it can never be taken back",
  },
] as const;

export const ZENODO = zenodoAt("https://zenodo.org", {
  scheme: "zenodo",
  form: "zenodo:[RECORD]",
  description: "a draft at Zenodo with a reserved DOI; of a record, its new version",
  variable: "ZENODO_TOKEN",
});

/** It has accounts and tokens of its own. */
export const ZENODO_SANDBOX = zenodoAt("https://sandbox.zenodo.org", {
  scheme: "zenodo-sandbox",
  form: "zenodo-sandbox:[RECORD]",
  description: "the same in Zenodo's sandbox",
  variable: "ZENODO_SANDBOX_TOKEN",
});

function zenodoAt(
  address: string,
  { scheme, variable, ...described }: Record<"scheme" | "form" | "description" | "variable", string>,
): Target<typeof OPTIONS> {
  return {
    scheme,
    ...described,
    service: "Zenodo",
    credentials: `${variable}, or --token-file`,
    options: OPTIONS,
    refuses: { "--keep-releases": "what Zenodo has published has a DOI and stays" },
    mistake: "names no record; write zenodo: for a new one, zenodo:1234567 for a version",
    parse: (record) => {
      if (!/^\d{0,15}$/.test(record)) return undefined;
      return async (options) => {
        const { endpointOf } = await import("../endpoints.js");
        const { readSecret } = await import("../../../../base/secrets/index.js");
        const { ZenodoDestination } = await import("./destination.js");
        const url = endpointOf(options.endpoint ?? address, "--endpoint");
        const token = await readSecret(variable, options.tokenFile);
        if (!token) {
          const problem = `there is no token for ${address}`;
          throw new Failure("no_permission", `${problem}; set ${variable}, or name a file with --token-file`);
        }
        const about = { scheme, record: record || undefined, url, token };
        return new ZenodoDestination({ ...options, ...about });
      };
    },
  };
}
