import assert from "node:assert/strict";
import { test } from "node:test";
import { Hosts } from "../../../base/http/index.js";
import { parseTarget } from "./index.js";

const NOTHING = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE000000000",
  AWS_SECRET_ACCESS_KEY: "a-secret-of-the-tests",
  ...NOTHING,
};

for (const [target, variables, endpoint, says] of [
  [
    "hf:me/media",
    { HF_ENDPOINT: "huggingface.co" },
    undefined,
    /^HF_ENDPOINT: "huggingface\.co" is no address/,
  ],
  ["hf:me/media", { HF_ENDPOINT: "ftp://huggingface.co" }, undefined, /^HF_ENDPOINT: /],
  ["s3://media/x", { ...KEYS, AWS_ENDPOINT_URL_S3: "localhost:9000" }, undefined, /^AWS_ENDPOINT_URL_S3: /],
  ["s3://media/x", { ...KEYS, AWS_ENDPOINT_URL: "http://" }, undefined, /^AWS_ENDPOINT_URL: /],
  [
    "s3://media/x",
    KEYS,
    "https://s3.example.org/?x=1",
    /^--endpoint: an address with a query or a fragment /,
  ],
  [
    "s3://media/x",
    { ...KEYS, AWS_REGION: "eu.example.org/#" },
    undefined,
    /^AWS_REGION: "eu\.example\.org\/#" is no region/,
  ],
  ["zenodo:", {}, "zenodo.example.org", /^--endpoint: "zenodo\.example\.org" is no address/],
] as const) {
  test(`${target} with ${endpoint ?? JSON.stringify(variables)} is an error of usage`, async (t) => {
    for (const [name, value] of Object.entries(variables)) {
      const before = process.env[name];
      process.env[name] = value;
      t.after(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    const options = { endpoint, virtualHost: false, partSize: 16, sending: { hosts: new Hosts() } };
    const open = parseTarget(target, {});
    await assert.rejects(open(options as never), { outcome: "usage", message: says });
  });
}
