import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { strictS3 } from "../../release/publishing/targets/s3/strict-server.test.util.js";
import { NO_PACE, run, temporaryFolder } from "../../testing/run.js";
import { manifestOf } from "./s3.test.util.js";

Object.assign(process.env, NO_PACE);

/** Where `ov-publish s3://…` has its credentials, region and endpoint from. */

/** Settings that name nothing, so that a test says everything itself. */
const NO_SETTINGS = {
  AWS_ACCESS_KEY_ID: "",
  AWS_SECRET_ACCESS_KEY: "",
  AWS_SESSION_TOKEN: "",
  AWS_REGION: "",
  AWS_DEFAULT_REGION: "",
  AWS_PROFILE: "",
};

/** A server whose keys are good with a session token only, and both files of a profile, `data`. */
async function withProfile(
  t: TestContext,
  change: { readonly secrets?: string; readonly config?: string } = {},
) {
  const sessionToken = "session-token/of+the=tests";
  const server = await strictS3(t, { sessionToken });
  const folder = temporaryFolder(t);
  const { accessKeyId, secretAccessKey } = server.owner;
  const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`;
  const secrets = change.secrets ?? `[data]\n${keys}aws_session_token = ${sessionToken}\n`;
  const config =
    change.config ??
    `# ours\n[profile data]\nregion = eu-west-1\ns3 =\n  max_concurrent_requests = 3\nendpoint_url = ${server.endpoint}\n`;
  const other = "[default]\naws_access_key_id = nobody\naws_secret_access_key = nothing\n\n";
  writeFileSync(join(folder, "credentials"), other + secrets);
  writeFileSync(join(folder, "config"), config);
  const env = {
    ...NO_SETTINGS,
    AWS_PROFILE: "data",
    AWS_CONFIG_FILE: join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
  };
  const stdin = await manifestOf(folder, "one", 2);
  const publish = (change: Record<string, string> = {}, ...flags: string[]) =>
    run(["ov-publish", "s3://media/sets", ...flags], { stdin, env: { ...env, ...change } });
  return { server, folder, sessionToken, publish };
}

test("credentials, session token, region and endpoint come from a profile", async (t) => {
  const { server, publish } = await withProfile(t);
  const { code, stderr } = await publish();
  assert.equal(code, 0, stderr);
  assert.deepEqual([...server.regions], ["eu-west-1"]);
});

test("both files are found in the home folder, and the profile is default where none is named", async (t) => {
  const { server, folder, sessionToken, publish } = await withProfile(t);
  const { accessKeyId, secretAccessKey } = server.owner;
  mkdirSync(join(folder, ".aws"));
  const keys = `aws_access_key_id=${accessKeyId}\r\naws_secret_access_key=${secretAccessKey}\r\n`;
  writeFileSync(
    join(folder, ".aws/credentials"),
    `[default]\r\n${keys}aws_session_token=${sessionToken}\r\n`,
  );
  writeFileSync(join(folder, ".aws/config"), "[default]\nregion=ap-south-1\n");
  const home = { HOME: folder, AWS_PROFILE: "", AWS_CONFIG_FILE: "", AWS_SHARED_CREDENTIALS_FILE: "" };
  const { code, stderr } = await publish(home, "--endpoint", server.endpoint);
  assert.equal(code, 0, stderr);
  assert.deepEqual([...server.regions], ["ap-south-1"]);
});

test("the environment comes before a profile", async (t) => {
  const { server, sessionToken, publish } = await withProfile(t, {
    secrets: "[data]\naws_access_key_id = wrong\naws_secret_access_key = wrong\n",
  });
  const keys = {
    AWS_ACCESS_KEY_ID: server.owner.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.owner.secretAccessKey,
    AWS_REGION: "us-west-2",
  };
  const { code, stderr } = await publish({ ...keys, AWS_SESSION_TOKEN: sessionToken });
  assert.equal(code, 0, stderr);
  assert.deepEqual([...server.regions], ["us-west-2"]);
  const without = await publish(keys);
  assert.equal(without.code, 77);
  assert.match(without.stderr, /: status 403, InvalidToken: check the credentials /);
});

test("no credentials, or ones that are to be got in a way that is not supported", async (t) => {
  const { publish } = await withProfile(t, {
    config: "[profile process]\ncredential_process = /opt/keys\n[profile sso]\nsso_session = work\n",
  });
  const message = async (profile: string) => {
    const { code, stderr } = await publish({ AWS_PROFILE: profile });
    assert.equal(code, 77);
    return stderr;
  };
  assert.equal(
    await message("nobody"),
    "ov-publish: there are no credentials for S3: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile in AWS_PROFILE\n",
  );
  for (const [profile, way] of [
    ["process", "credential_process"],
    ["sso", "sso_session"],
  ] as const) {
    assert.equal(
      await message(profile),
      `ov-publish: there are no credentials for S3: the profile has ${way}, which is not followed; put them into the environment: eval "$(aws configure export-credentials --format env)"\n`,
    );
  }
});
