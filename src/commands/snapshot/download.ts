import { statSync } from "node:fs";
import { basename } from "node:path";
import { contactOf, packageVersion, startProgress, timeLeft } from "../../base/cli/index.js";
import { Failure } from "../../base/failure.js";
import { type ClientOptions, createClient, download, Hosts, webAddress } from "../../base/http/index.js";
import { hasChecksum, publishedChecksum, snapshotUrl } from "../../sources/commons/index.js";
import type { Streaming } from "./options.js";

/** Downloads a snapshot for `ov-snapshot-stream`; gives the file, which is left alone if it is there already. */
export async function downloadSnapshot(invocation: Streaming, which: string): Promise<string> {
  const { options, messages, signal } = invocation;
  const given = /^https?:/i.test(which) ? webAddress(which, "--download") : which;
  const url = snapshotUrl(given, "--download");
  const path = options.to ?? basename(url.pathname);
  if (path === "") throw new Failure("usage", `${url.href} names no file: say where it goes with --to`);
  if (options.to === undefined) invocation.uses.add({ by: "--download", at: path, does: "writes" });
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
    messages.info(`${path} is there already; to download it again, remove it`);
    return path;
  }
  const contact = contactOf(options.contact);
  if (!contact && url.hostname.endsWith("wikimedia.org")) {
    messages.warn("Wikimedia slows down those who do not say who they are: name a contact with --contact");
  }
  const hosts = new Hosts({ given: [url], allowed: options.allowHost });
  const asker = { version: packageVersion(), contact, hosts, signal };
  const progress = await startProgress(messages, "MB");
  const started = performance.now();
  let first: number | undefined;
  try {
    await download(url, path, {
      ...asker,
      onRetry: (problem) => messages.warn(problem),
      onProgress: (done, total) => {
        first ??= done;
        const share = total === undefined ? 0 : (done - first) / (total - first);
        const left = total === undefined ? "" : `of ${megabytes(total)} MB, `;
        progress.update(megabytes(done), `${left}${timeLeft(share, performance.now() - started)}`);
      },
      check: (part) => isAsPublished(invocation, url, part, asker),
    });
  } finally {
    progress.stop();
  }
  messages.info(`${path} is downloaded`);
  return path;
}

async function isAsPublished(
  { messages, signal }: Streaming,
  url: URL,
  path: string,
  asker: Pick<ClientOptions, "version" | "contact" | "hosts" | "signal">,
): Promise<boolean> {
  const client = createClient(asker);
  try {
    // Without the list there is nothing to compare.
    const text = (address: URL) =>
      client.text({ url: address }).catch((error: unknown) => {
        if (error instanceof Failure && error.outcome !== "interrupted") return undefined;
        throw error;
      });
    const checksum = await publishedChecksum(url, text);
    if (checksum === undefined) {
      messages.info("no checksum is published beside it, so none was compared");
      return true;
    }
    return await hasChecksum(path, checksum, () => signal.throwIfAborted());
  } finally {
    await client.close();
  }
}

const megabytes = (bytes: number) => Math.floor(bytes / 1e6);
