import { Failure } from "../../../../base/failure.js";
import { readSecret } from "../../../../base/secrets/index.js";

type Variables = Readonly<Record<string, string | undefined>>;

/** The two Zenodos have separate accounts and tokens. */
const SERVICES = {
  zenodo: { url: "https://zenodo.org", variable: "ZENODO_TOKEN" },
  "zenodo-sandbox": { url: "https://sandbox.zenodo.org", variable: "ZENODO_SANDBOX_TOKEN" },
} as const;

/**
 * The address and the token: from the file that was named, else from ZENODO_TOKEN or ZENODO_SANDBOX_TOKEN. Throws a
 * `Failure`: "no_permission" without a token or for what is none, "no_input" where the file cannot be read.
 */
export async function zenodoAccess(
  scheme: keyof typeof SERVICES,
  { endpoint, tokenFile }: { endpoint?: string | undefined; tokenFile?: string | undefined },
  variables: Variables = process.env,
): Promise<{ url: string; token: string }> {
  const { url, variable } = SERVICES[scheme];
  const token = await readSecret(variable, tokenFile, variables);
  if (token) return { url: (endpoint ?? url).replace(/\/+$/, ""), token };
  throw new Failure(
    "no_permission",
    `there is no token for ${url}; set ${variable}, or name a file with --token-file`,
  );
}
