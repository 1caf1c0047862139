import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A certificate for 127.0.0.1 that nobody but itself has signed, good until 2126, and its key: they are secrets of nobody. */
const CERT = `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUeeiJ1cr0CH7/skGg+jnLerv6dvgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEzMDE4NTcwNFoYDzIxMjYxMTA2
MTg1NzA0WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT4XqHRoXMqK9NFHIyrq1f3vZ3UOKRCS8UIYD451GIoD1+6BVVg/NX8
kjEP3qti/1pgGHfHDe/IDo8LDFw9PeHao2QwYjAdBgNVHQ4EFgQUdF3SYxvvWXUI
Xo2luZaWKqKCpLUwHwYDVR0jBBgwFoAUdF3SYxvvWXUIXo2luZaWKqKCpLUwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IQDLBtrYaBcIb41yAOTQXqIswgsm6bvAhhpoTDUQ5XOJ4gIgcBx7/EJb9tEqY8l8
sTjOKgMCoopxuareEEp0wQm5K8Y=
-----END CERTIFICATE-----
`;
const KEY = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIDHF/0w+0r6oxqNOwj34GH5GbpiFQo8zymFwF2boGiMzoAoGCCqGSM49
AwEHoUQDQgAE+F6h0aFzKivTRRyMq6tX972d1DikQkvFCGA+OdRiKA9fugVVYPzV
/JIxD96rYv9aYBh3xw3vyA6PCwxcPT3h2g==
-----END EC PRIVATE KEY-----
`;

/** A server on this machine that nobody should trust; gives its address, and how many requests have reached it. */
export async function serveSelfSigned(t: TestContext): Promise<{ url: string; reached: () => number }> {
  let reached = 0;
  const server = createServer({ cert: CERT, key: KEY }, (_, response) => {
    reached++;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, reached: () => reached };
}
