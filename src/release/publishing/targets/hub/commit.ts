import type { CommitOperation } from "@huggingface/hub";
import * as hub from "@huggingface/hub";
import { errorCode, Failure } from "../../../../base/failure.js";
import { type HubClient, HubRefusal } from "./client.js";

/** Links to upload to expire: a commit that failed at one is begun again, and goes on from what has arrived. */
const ATTEMPTS = 3;

/** One commit. */
export interface CommitPart {
  readonly title: string;
  readonly operations: CommitOperation[];
  /** Instead of `main`. */
  readonly branch?: string;
  readonly parentCommit?: string | undefined;
  readonly isPullRequest?: boolean;
}

/**
 * Commits by the official client, which uploads what is large. Gives the commit, and the number of the pull request that it
 * was asked to open.
 */
export async function commit(
  client: HubClient,
  { parentCommit, ...part }: CommitPart,
): Promise<{ oid: string; pullRequest: string }> {
  const { name, options } = client;
  const { repo, hubUrl, token, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      const output = await hub.commit({
        repo: { type: "dataset", name: repo },
        accessToken: token,
        hubUrl,
        fetch: client.fetch,
        ...(parentCommit === undefined ? {} : { parentCommit }),
        ...(signal === undefined ? {} : { abortSignal: signal }),
        useXet: !process.env.HF_HUB_DISABLE_XET,
        ...part,
      });
      if (!output) throw new Failure("refused", `${name}: the Hub says nothing of the commit`);
      const [, pullRequest = ""] = /\/discussions\/(\d{1,12})$/.exec(output.pullRequestUrl ?? "") ?? [];
      if (part.isPullRequest && pullRequest === "")
        throw new Failure("refused", `${name}: the Hub does not say which pull request it has opened`);
      return { oid: output.commit.oid, pullRequest };
    } catch (error) {
      signal?.throwIfAborted();
      if (isExpiredLink(error) && attempt < ATTEMPTS) continue;
      throw isOdd(error) ? oddAnswers(error, name, hubUrl) : error;
    }
  }
}

/** Storage refuses a link that has expired with 400 or 403; the Hub itself would do so for other reasons. */
function isExpiredLink(error: unknown): boolean {
  return error instanceof HubRefusal && error.isStorage && [400, 403].includes(error.status);
}

/** The official client fails in many ways at answers that do not fit together, some of which look like bugs. */
function isOdd(error: unknown): error is Error {
  const isTold = error instanceof Failure || error instanceof HubRefusal || error instanceof hub.HubApiError;
  return !isTold && error instanceof Error && errorCode(error) === undefined;
}

function oddAnswers(error: Error, name: string, hubUrl: string): Failure {
  const problem = `${name}: publishing: the answers of ${hubUrl} do not fit together`;
  return new Failure("refused", problem, { cause: error });
}
