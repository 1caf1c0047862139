import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure.js";

/** Who we are to an S3 server, and where it is. */
export interface S3Settings {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region: string;
  /** Without it, Amazon's of the region. */
  readonly endpoint?: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;
type Profile = Readonly<Record<string, string>>;

/**
 * The settings that every tool for S3 understands: environment variables first, then the profile `AWS_PROFILE` (or
 * `default`) of the credentials and config files. An endpoint that was named comes before all. Throws a `Failure`
 * ("no_permission") where there are no credentials, or where the profile gets them in a way that is not supported.
 */
export async function s3Settings(
  endpoint: string | undefined,
  variables: Variables = process.env,
): Promise<S3Settings> {
  const profile = await readProfile(variables);
  const fromEnvironment = credentialsOf({
    aws_access_key_id: variables.AWS_ACCESS_KEY_ID,
    aws_secret_access_key: variables.AWS_SECRET_ACCESS_KEY,
    aws_session_token: variables.AWS_SESSION_TOKEN,
  });
  const credentials = fromEnvironment ?? credentialsOf(profile);
  if (!credentials) throw noCredentials(profile);
  return {
    ...credentials,
    region: variables.AWS_REGION || variables.AWS_DEFAULT_REGION || profile.region || "us-east-1",
    endpoint:
      endpoint ??
      (variables.AWS_ENDPOINT_URL_S3 || variables.AWS_ENDPOINT_URL || profile.endpoint_url || undefined),
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

function credentialsOf(from: Variables) {
  const { aws_access_key_id, aws_secret_access_key, aws_session_token } = from;
  if (!aws_access_key_id || !aws_secret_access_key) return undefined;
  return {
    accessKeyId: aws_access_key_id,
    secretAccessKey: aws_secret_access_key,
    sessionToken: aws_session_token || undefined,
  };
}

/** A profile of both files; what the credentials file says comes first. */
async function readProfile(variables: Variables): Promise<Profile> {
  const name = variables.AWS_PROFILE || "default";
  const folder = join(variables.HOME || homedir(), ".aws");
  const config = await read(variables.AWS_CONFIG_FILE || join(folder, "config"));
  const secrets = await read(variables.AWS_SHARED_CREDENTIALS_FILE || join(folder, "credentials"));
  const section = sectionOf(config, [`profile ${name}`, ...(name === "default" ? [name] : [])]);
  return { ...section, ...sectionOf(secrets, [name]) };
}

function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
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
