import { BlockList, isIP } from "node:net";

/** A range of addresses that no server on the open net has. */
interface SpecialRange {
  /** As CIDR writes it. */
  readonly range: string;
  /** For messages: "… is …". */
  readonly words: string;
  readonly source: string;
}

/**
 * The IANA registries of special-purpose addresses, of multicast, and of what is unassigned. Where ranges
 * overlap, the more specific one comes first.
 */
export const SPECIAL_RANGES: readonly SpecialRange[] = [
  { range: "0.0.0.0/8", words: "this machine", source: "RFC 791, §3.2" },
  { range: "127.0.0.0/8", words: "this machine", source: "RFC 1122, §3.2.1.3" },
  {
    range: "169.254.169.254/32",
    words: "where clouds keep their machines' keys",
    source: "AWS, Azure, Google",
  },
  { range: "168.63.129.16/32", words: "where a cloud's machines find their host", source: "Azure" },
  { range: "100.100.100.200/32", words: "where clouds keep their machines' keys", source: "Alibaba" },
  { range: "192.0.0.192/32", words: "where clouds keep their machines' keys", source: "Oracle" },
  { range: "10.0.0.0/8", words: "private", source: "RFC 1918" },
  { range: "172.16.0.0/12", words: "private", source: "RFC 1918" },
  { range: "192.168.0.0/16", words: "private", source: "RFC 1918" },
  { range: "100.64.0.0/10", words: "shared within a provider's net", source: "RFC 6598" },
  { range: "169.254.0.0/16", words: "link-local", source: "RFC 3927" },
  { range: "192.0.0.0/24", words: "reserved", source: "RFC 6890, §2.1" },
  { range: "192.0.2.0/24", words: "for documentation", source: "RFC 5737" },
  { range: "198.51.100.0/24", words: "for documentation", source: "RFC 5737" },
  { range: "203.0.113.0/24", words: "for documentation", source: "RFC 5737" },
  { range: "192.31.196.0/24", words: "reserved", source: "RFC 7535" },
  { range: "192.52.193.0/24", words: "reserved", source: "RFC 7450" },
  { range: "192.88.99.0/24", words: "reserved", source: "RFC 7526" },
  { range: "192.175.48.0/24", words: "reserved", source: "RFC 7534" },
  { range: "198.18.0.0/15", words: "for tests of networks", source: "RFC 2544" },
  { range: "224.0.0.0/4", words: "multicast", source: "RFC 5771" },
  { range: "240.0.0.0/4", words: "reserved", source: "RFC 1112, §4" },
  { range: "::/127", words: "this machine", source: "RFC 4291, §2.5.2 and §2.5.3" },
  { range: "fd00:ec2::254/128", words: "where clouds keep their machines' keys", source: "AWS" },
  { range: "fd20:ce::254/128", words: "where clouds keep their machines' keys", source: "Google" },
  { range: "64:ff9b:1::/48", words: "private", source: "RFC 8215" },
  { range: "fc00::/7", words: "private", source: "RFC 4193" },
  { range: "fe80::/10", words: "link-local", source: "RFC 4291, §2.5.6" },
  { range: "fec0::/10", words: "private", source: "RFC 3879" },
  { range: "ff00::/8", words: "multicast", source: "RFC 4291, §2.7" },
  { range: "2001::/23", words: "reserved", source: "RFC 2928, with Teredo, RFC 4380" },
  { range: "2001:db8::/32", words: "for documentation", source: "RFC 3849" },
  { range: "2002::/16", words: "of a tunnel (6to4)", source: "RFC 7526" },
  { range: "2620:4f:8000::/48", words: "reserved", source: "RFC 7534" },
  { range: "3fff::/20", words: "for documentation", source: "RFC 9637" },
  // What is left outside of 2000::/3, from which alone public addresses come.
  { range: "::/3", words: "reserved", source: "RFC 4291, §2.4, and IANA's list of IPv6 addresses" },
  { range: "4000::/2", words: "reserved", source: "RFC 4291, §2.4, and IANA's list of IPv6 addresses" },
  { range: "8000::/1", words: "reserved", source: "RFC 4291, §2.4, and IANA's list of IPv6 addresses" },
];

/** IPv6 addresses whose last 32 bits are an IPv4 address, which is the one that is reached. */
export const CARRIERS_OF_IPV4: readonly string[] = [
  // IPv4-mapped: RFC 4291, §2.5.5.2.
  "::ffff:0:0/96",
  // NAT64: RFC 6052, §2.1. A net without IPv4 has every host of the old one here.
  "64:ff9b::/96",
];

/** Names of machines nearby, which have no meaning elsewhere. */
const NEARBY_NAMES: readonly { readonly ending: string; readonly source: string }[] = [
  { ending: "localhost", source: "RFC 6761, §6.3" },
  { ending: "local", source: "RFC 6762" },
  { ending: "home.arpa", source: "RFC 8375" },
  { ending: "internal", source: "ICANN, 2024" },
];

/** Why a server is not on the open net, in words that follow "it is"; undefined for a public one. */
export function whyNotPublic(host: string): string | undefined {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(address) === 0 ? whyNearby(address) : whySpecial(address);
}

function whyNearby(host: string): string | undefined {
  const name = host.toLowerCase().replace(/\.$/, "");
  const found = NEARBY_NAMES.find(({ ending }) => name === ending || name.endsWith(`.${ending}`));
  if (found) return `a name for machines nearby (${found.source})`;
  return name.includes(".") ? undefined : "a name without a domain, for machines nearby";
}

function whySpecial(address: string): string | undefined {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (family === "ipv6" && lists().carriers.check(address, family)) return whySpecial(lastFourBytes(address));
  // To Node every IPv4 address lies in `::/3`, too, by its mapped form.
  const found = lists().special.find((one) => one.family === family && one.list.check(address, family));
  return found && `${found.words} (${found.range})`;
}

/** The IPv4 address at the end of an IPv6 address. */
function lastFourBytes(address: string): string {
  const [, high = "0", low = "0"] =
    /([\da-f]*):([\da-f]*)\]$/.exec(new URL(`http://[${address}]`).hostname) ?? [];
  const bits = (Number.parseInt(high || "0", 16) * 0x10000 + Number.parseInt(low || "0", 16)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join(".");
}

type KnownRange = SpecialRange & { readonly family: string; readonly list: BlockList };
let known: { readonly special: readonly KnownRange[]; readonly carriers: BlockList } | undefined;

/** The lists, which are made when the first address is looked up. */
function lists() {
  known ??= {
    special: SPECIAL_RANGES.map((one) => ({
      ...{ ...one, family: one.range.includes(":") ? "ipv6" : "ipv4", list: listOf([one.range]) },
    })),
    carriers: listOf(CARRIERS_OF_IPV4),
  };
  return known;
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", bits] = range.split("/");
    list.addSubnet(net, Number(bits), isIP(net) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
