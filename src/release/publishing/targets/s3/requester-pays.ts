import { Failure } from "../../../../base/failure.js";
import type { Bucket } from "./bucket.js";
import { textsIn } from "./xml.js";

/** Sets who pays, and looks whether the server took it. */
export async function setRequesterPays(bucket: Bucket): Promise<void> {
  const query = { requestPayment: "" };
  const body =
    '<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>Requester</Payer></RequestPaymentConfiguration>';
  const request = { method: "PUT", query, body, headers: { "content-type": "application/xml" } } as const;
  const answer = await bucket.ask(request);
  const problem = `--requester-pays: the S3 server cannot make requesters of ${bucket.name} pay`;
  if (answer.status !== 200) {
    const { outcome, message } = bucket.failure(request, answer);
    throw new Failure(outcome, `${problem}: ${message}`);
  }
  const { text } = await bucket.demand({ method: "GET", query }, "RequestPaymentConfiguration");
  if (textsIn(text, "Payer")[0] !== "Requester")
    throw new Failure("refused", `${problem}: it did not keep the setting`);
}
