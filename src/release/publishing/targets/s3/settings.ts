import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../../../base/failure.js";
import {
  holdSecrets,
  readSecretFileIfThere,
  refuseUserInfo,
  secretOf,
  wordOf,
} from "../../../../base/secrets/index.js";
import { endpointOf } from "../endpoints.js";

/** Credentials for an S3 server, and where it is. */
export interface S3Settings {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region: string;
  /** Without it, Amazon's of the region. */
  readonly endpoint?: string | undefined;
}

type Profile = Readonly<Record<string, string>>;

/**
 * The settings that every tool for S3 understands: environment variables first, then the profile `AWS_PROFILE` (or
 * `default`) of the credentials and config files. An endpoint that was named comes before all. Throws a `Failure`
 * ("no_permission") where credentials are missing or not valid, or where the profile gets them in a way that is not
 * supported; "usage" for an endpoint that is no address, or has a user or password.
 */
export async function s3Settings(endpoint: string | undefined): Promise<S3Settings> {
  const { env } = process;
  const fromEnvironment = credentialsOf((name) => [env[name.toUpperCase()], name.toUpperCase()]);
  const profile = await readProfile(fromEnvironment !== undefined);
  const addresses = [
    ["--endpoint", endpoint],
    ...["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].map((name) => [name, env[name]] as const),
    ["endpoint_url of the profile", profile.endpoint_url],
  ] as const;
  for (const [name, address] of addresses) refuseUserInfo(name, address);
  const [name, address] = addresses.find(([, address]) => address) ?? ["", undefined];
  const url = address && endpointOf(address, name);
  const credentials = fromEnvironment ?? credentialsOf((name) => [profile[name], `${name} of the profile`]);
  if (!credentials) throw noCredentials(profile);
  return {
    ...credentials,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.region || "us-east-1",
    endpoint: url,
  };
}

/** Ways of a profile to get credentials that are not followed. */
const UNSUPPORTED = ["credential_process", "sso_session", "sso_start_url", "role_arn", "credential_source"];

function noCredentials(profile: Profile): Failure {
  const way = UNSUPPORTED.find((key) => profile[key] !== undefined);
  const problem = "there are no credentials for S3";
  if (way === undefined) {
    const advice = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE";
    return new Failure("no_permission", `${problem}: ${advice}`);
  }
  const advice = 'put them into the environment: eval "$(aws configure export-credentials --format env)"';
  return new Failure("no_permission", `${problem}: the profile has ${way}, which is not followed; ${advice}`);
}

/** Access keys of Amazon, which cannot be mistaken for other text. */
const ACCESS_KEY = /^[A-Z0-9]{16,}$/;

/** `find` gives a value and where it stands, by the name that profiles have for it. */
function credentialsOf(find: (name: string) => readonly [value: string | undefined, place: string]) {
  const [id, idPlace] = find("aws_access_key_id");
  const [secret, secretPlace] = find("aws_secret_access_key");
  if (!id || !secret) return undefined;
  const accessKeyId = wordOf(id, idPlace);
  const secretAccessKey = secretOf(secret, secretPlace);
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  // Not a secret, but private. On other servers it may be a person's name, which may occur in any text.
  if (ACCESS_KEY.test(accessKeyId)) holdSecrets(accessKeyId);
  return { accessKeyId, secretAccessKey, sessionToken: secretOf(...find("aws_session_token")) };
}

/** A profile of both files; what the credentials file says comes first. */
async function readProfile(canDoWithout: boolean): Promise<Profile> {
  const variables = process.env;
  const name = variables.AWS_PROFILE || "default";
  const folder = join(variables.HOME || homedir(), ".aws");
  const read = (named: string | undefined, file: string) =>
    readProfiles(named || join(folder, file)).catch((error: unknown) => {
      // The home folder of another user, say, where nothing in it is needed.
      if (canDoWithout && !named) return "";
      throw error;
    });
  const config = await read(variables.AWS_CONFIG_FILE, "config");
  const secrets = await read(variables.AWS_SHARED_CREDENTIALS_FILE, "credentials");
  const section = sectionOf(config, [`profile ${name}`, ...(name === "default" ? [name] : [])]);
  return { ...section, ...sectionOf(secrets, [name]) };
}

/** A file that need not be there. A byte order mark would hide its first section. */
async function readProfiles(path: string): Promise<string> {
  const text = (await readSecretFileIfThere(path)) ?? "";
  if (!/^\ufeff|\0/.test(text)) return text;
  throw new Failure("no_permission", `${path} is no plain text: save it as UTF-8 without a byte order mark`);
}

/** The keys and values of the sections with these names, as the AWS tools read them. */
function sectionOf(text: string, names: readonly string[]): Profile {
  const values: Record<string, string> = {};
  let inside = false;
  for (const line of text.split(/\r?\n/)) {
    const [, heading] = /^\s*\[\s*(.+?)\s*\]/.exec(line) ?? [];
    if (heading !== undefined) inside = names.includes(heading);
    const [, key, value] = /^([\w.]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (inside && key !== undefined && value !== undefined) values[key] = value;
  }
  return values;
}
