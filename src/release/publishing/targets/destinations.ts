import { Failure } from "../../../base/failure.js";
import type { PatienceOptions } from "../../../base/http/index.js";
import type { Watch } from "../checks/shard-files.js";
import type { Destination } from "./destination.js";
import { endpointOf } from "./endpoints.js";
import { FolderDestination } from "./folder/destination.js";
import type { Target } from "./list.js";

/** What targets are told beside where they are; each takes what it needs. */
export interface TargetOptions extends Watch {
  /** Whether an older dataset may be replaced; for folders. */
  readonly replace: boolean;
  /** Instead of the service's own address. */
  readonly endpoint?: string | undefined;
  /** The bucket as a part of the host name; for S3. Without an endpoint that is always so. */
  readonly virtualHost: boolean;
  /** Bytes of a part; for S3. */
  readonly partBytes: number;
  readonly requesterPays: boolean;
  /** A canned ACL; for S3. */
  readonly acl?: string | undefined;
  /** Goes on although another publish seems to be at work. */
  readonly takeOver: boolean;
  /** Refuses a server that lacks what makes publishing safe; for S3. */
  readonly strictServer: boolean;
  /** Hears what a person should know, in words. */
  readonly onWarning: (warning: string) => void;
  /** A file with the token; for Zenodo. */
  readonly tokenFile?: string | undefined;
  /** Registers the DOI for good; for Zenodo. */
  readonly publishDoi: boolean;
  readonly patience: PatienceOptions;
}

/** Why old releases cannot be removed there. */
const KEEPS_ALL: Readonly<Record<Exclude<Target["scheme"], "s3">, string>> = {
  folder: "a folder holds one release, and the next one takes its place",
  hf: "on the Hugging Face Hub releases are tags of one history, which keeps them all",
  zenodo: "what Zenodo has published has a DOI and stays",
  "zenodo-sandbox": "what Zenodo has published has a DOI and stays",
};

/** Throws a `Failure` ("usage") where old releases are to be removed from a target that cannot do that. */
export function checkKeepReleases({ scheme }: Target): void {
  if (scheme !== "s3") throw new Failure("usage", `--keep-releases is for S3: ${KEEPS_ALL[scheme]}`);
}

/** Opens a target. Throws a `Failure` where it cannot even be asked: no credentials, no address. */
export async function openDestination(target: Target, options: TargetOptions): Promise<Destination> {
  if (options.endpoint !== undefined) endpointOf(options.endpoint, "--endpoint");
  switch (target.scheme) {
    case "folder":
      return new FolderDestination({ ...options, folder: target.folder });
    case "hf": {
      const { HubDestination } = await import("./hub/destination.js");
      const { hubToken, hubUrl } = await import("./hub/token.js");
      const url = endpointOf(hubUrl(), "HF_ENDPOINT");
      return new HubDestination({ ...options, ...target, token: await hubToken(), hubUrl: url });
    }
    case "zenodo":
    case "zenodo-sandbox": {
      const { ZenodoDestination } = await import("./zenodo/destination.js");
      const { zenodoAccess } = await import("./zenodo/access.js");
      const access = await zenodoAccess(target.scheme, options);
      const url = endpointOf(access.url, "--endpoint");
      return new ZenodoDestination({ ...options, ...target, ...access, url });
    }
    case "s3": {
      const { S3Destination } = await import("./s3/destination.js");
      const { s3Settings } = await import("./s3/settings.js");
      const settings = await s3Settings(options.endpoint);
      const endpoint = settings.endpoint && endpointOf(settings.endpoint, endpointName(options));
      // Certificates for `*.s3.amazonaws.com` do not fit names with dots.
      const isAmazon = settings.endpoint === undefined && !target.bucket.includes(".");
      return new S3Destination({
        ...options,
        ...settings,
        ...target,
        endpoint,
        virtualHost: options.virtualHost || isAmazon,
      });
    }
  }
}

/** Where the address of the S3 server was given, as far as that can be told. */
function endpointName({ endpoint }: TargetOptions): string {
  if (endpoint !== undefined) return "--endpoint";
  return (
    ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].find((name) => process.env[name]) ??
    "endpoint_url of the profile"
  );
}
