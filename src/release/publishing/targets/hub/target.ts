import type { Target } from "../target.js";

export const HUB: Target<readonly []> = {
  scheme: "hf",
  form: "hf:ORG/NAME",
  description: "a dataset of the Hugging Face Hub; each release is a tag",
  service: "the Hugging Face Hub",
  credentials: "HF_TOKEN, else the file of `hf auth login`",
  options: [],
  refuses: {
    "--endpoint": "HF_ENDPOINT names another Hub",
    "--keep-releases": "on the Hugging Face Hub releases are tags of one history, which keeps them all",
  },
  mistake: "names no dataset of the Hub; write it as hf:org/name",
  parse: (repo) => {
    // By the rules of the Hub.
    if (!/^[\w][\w.-]{0,95}\/[\w][\w.-]{0,95}$/.test(repo) || /--|\.\.|\.git$/.test(repo)) return undefined;
    return async (options) => {
      const { HubDestination } = await import("./destination.js");
      const { hubToken, hubUrl } = await import("./token.js");
      return new HubDestination({ ...options, repo, hubUrl: hubUrl(), token: await hubToken() });
    };
  },
};
