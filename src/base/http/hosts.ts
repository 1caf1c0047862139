import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { Failure } from "../failure.js";
import { whyNotPublic } from "./addresses.js";

/** What is known of the hosts that may be asked. */
export interface HostsOptions {
  /** Addresses that the person gave: a base URL, an endpoint, an operand. Their very hosts and ports may be asked. */
  readonly given?: Iterable<URL | string> | undefined;
  /** Values of `--allow-host`: `HOST:PORT`, or several with commas between them. */
  readonly allowed?: readonly string[] | undefined;
  /** For tests: how names are looked up. */
  readonly lookup?: LookupFunction | undefined;
}

/**
 * Which hosts may be asked. What a server, a redirect or a record names is asked only if it is on the open net: our own
 * machine and the nets around it hold services that trust whoever reaches them. Names are checked by the addresses that
 * the connection is made to, so that nobody can show one address to the check and another to the connection. Hosts that
 * the person has named are asked wherever they are, each at its own port.
 */
export class Hosts {
  readonly #trusted = new Set<string>();
  readonly #lookup: LookupFunction;

  /** Throws a `Failure` ("usage") where `allowed` holds something that is no host with a port. */
  constructor({ given = [], allowed = [], lookup: lookUp = lookup as LookupFunction }: HostsOptions = {}) {
    this.#lookup = lookUp;
    for (const url of given) this.give(url);
    for (const one of allowed.flatMap((list) => list.split(","))) this.#trusted.add(allowedHost(one.trim()));
  }

  /** Takes an address for one that the person gave. */
  give(url: URL | string): void {
    if (URL.canParse(String(url))) this.#trusted.add(hostAndPort(new URL(url)));
  }

  /** The same with further addresses that the person gave. */
  with(given: Iterable<URL | string>): Hosts {
    const more = new Hosts({ given, lookup: this.#lookup });
    for (const one of this.#trusted) more.#trusted.add(one);
    return more;
  }

  /** Whether the person has named this host with this port. */
  isTrusted(url: URL): boolean {
    return this.#trusted.has(hostAndPort(url));
  }

  /** Throws a `Failure` ("refused") for an address that must not be asked, as far as it shows that itself. */
  check(url: URL): void {
    if (!/^https?:$/.test(url.protocol)) {
      throw new Failure("refused", `only http and https are asked, and ${url.protocol} is neither`);
    }
    const why = this.isTrusted(url) ? undefined : whyNotPublic(url.hostname);
    if (why !== undefined) throw notAsked(url, why);
  }

  /** Looks names up for connections to hosts that nobody named: addresses that are not public are an error. */
  readonly publicOnly: LookupFunction = (name, options, callback) => {
    this.#lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "", 0);
      const addresses = found as unknown as readonly { address: string; family: number }[];
      const special = addresses.find(({ address }) => whyNotPublic(address) !== undefined);
      if (special) return callback(new NotPublic(special.address), "", 0);
      if (options.all) return callback(null, [...addresses]);
      const [first] = addresses;
      return callback(null, first?.address ?? "", first?.family ?? 0);
    });
  };
}

/** A name that stands for an address which is not public. */
export class NotPublic extends Error {
  constructor(readonly address: string) {
    super(`${address} is not public`);
  }

  /** The same for people. */
  failureFor(url: URL): NotAsked {
    return notAsked(url, `at ${this.address}, which is ${whyNotPublic(this.address)}`);
  }
}

/** A host that must not be asked. */
export class NotAsked extends Failure {}

function notAsked(url: URL, why: string): NotAsked {
  const place = hostAndPort(url);
  return new NotAsked(
    "refused",
    `${place} is not asked: it is ${why}, and servers and data may send us only to public hosts; ` +
      `if it is meant, allow it with --allow-host ${place}`,
  );
}

/** `example.org:443`: what tells servers apart. */
export function hostAndPort({ protocol, hostname, port }: URL): string {
  return `${hostname.replace(/\.$/, "")}:${port || (protocol === "http:" ? 80 : 443)}`;
}

function allowedHost(text: string): string {
  const isRight = /^[^/?#@\s]+:\d+$/.test(text) && URL.canParse(`http://${text}`);
  if (isRight) return hostAndPort(new URL(`http://${text}`));
  throw new Failure(
    "usage",
    `--allow-host: ${JSON.stringify(text)} is no host with a port, as 127.0.0.1:9000 or [::1]:9000`,
  );
}
