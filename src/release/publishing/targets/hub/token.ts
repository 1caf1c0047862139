import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../../base/failure.js";
import { readSecretFileIfThere, secretOf } from "../../../../base/secrets/index.js";
import { endpointOf } from "../endpoints.js";

/**
 * The token for the Hugging Face Hub, from where its own tools look (huggingface_hub, `constants.py` and `_auth.py`):
 * HF_TOKEN, then the file HF_TOKEN_PATH, by default `$HF_HOME/token`. Throws a `Failure` ("no_permission") without one.
 */
export async function hubToken(): Promise<string> {
  const variables = process.env;
  const cache = variables.XDG_CACHE_HOME || join(variables.HOME || homedir(), ".cache");
  const file = variables.HF_TOKEN_PATH || join(variables.HF_HOME || join(cache, "huggingface"), "token");
  const token =
    secretOf(variables.HF_TOKEN, "HF_TOKEN") ??
    secretOf(variables.HUGGING_FACE_HUB_TOKEN, "HUGGING_FACE_HUB_TOKEN") ??
    secretOf(await readSecretFileIfThere(file), file);
  if (token?.startsWith("hf_")) return token;
  const problem =
    token === undefined
      ? "there is no token for the Hugging Face Hub"
      : "this is not a token of the Hub: tokens begin with hf_";
  throw new Failure("no_permission", `${problem}; set HF_TOKEN, or log in with hf auth login`);
}

/** The Hub's address: HF_ENDPOINT, else its own. Throws a `Failure` ("usage") for what is not an address. */
export function hubUrl(): string {
  return endpointOf(process.env.HF_ENDPOINT || "https://huggingface.co", "HF_ENDPOINT");
}
