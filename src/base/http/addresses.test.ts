import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CARRIERS_OF_IPV4, SPECIAL_RANGES, whyNotPublic } from "./addresses.js";
import { Hosts } from "./hosts.js";

/** An address as a number of 32 or 128 bits, worked out another way than by the table's reader. */
type Range = { readonly first: bigint; readonly last: bigint; readonly bits: 32 | 128 };

function rangeOf(cidr: string): Range {
  const [net = "", length] = cidr.split("/");
  const bits = net.includes(":") ? 128 : 32;
  const first = bits === 128 ? numberOf6(net) : numberOf4(net);
  return { first, last: first + (1n << BigInt(bits - Number(length))) - 1n, bits };
}

const numberOf4 = (text: string) => text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);

function numberOf6(text: string): bigint {
  const [head = "", tail] = text.split("::");
  const groups = (side: string) => (side === "" ? [] : side.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...(tail === undefined ? [] : zeros), ...after].reduce(
    (sum, group) => sum * 65_536n + BigInt(`0x${group}`),
    0n,
  );
}

const partsOf4 = (address: bigint) => [24n, 16n, 8n, 0n].map((shift) => Number((address >> shift) & 255n));
const groupsOf6 = (address: bigint) =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => Number((address >> shift) & 65_535n));

/** Every way in which a URL can write an IPv4 address. */
function spellingsOf4(address: bigint): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = partsOf4(address);
  const dotted = `${a}.${b}.${c}.${d}`;
  return [
    ...[dotted, `${dotted}.`, String(address), `0x${address.toString(16)}`, `0${address.toString(8)}`],
    ...[
      `${a}.${(b << 16) + (c << 8) + d}`,
      `${a}.${b}.${(c << 8) + d}`,
      `0X${a.toString(16)}.${b}.${c}.${d}`,
    ],
    ...[`0${a.toString(8)}.0${b.toString(8)}.${c}.0x${d.toString(16)}`],
    ...[dotted.replaceAll(/\d/g, (digit) => `%3${digit}`), dotted.replaceAll(".", "。")],
    dotted.replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
    ...carried(address).flatMap(spellingsOf6),
  ];
}

/** Every way in which a URL can write an IPv6 address. */
function spellingsOf6(address: bigint): string[] {
  const groups = groupsOf6(address).map((group) => group.toString(16));
  const full = groups.map((group) => group.padStart(4, "0")).join(":");
  const [a, b, c, d] = partsOf4(address & 0xffff_ffffn);
  const dotted = `${groups.slice(0, 6).join(":")}:${a}.${b}.${c}.${d}`;
  const short = new URL(`http://[${full}]`).hostname.slice(1, -1);
  return [full, full.toUpperCase(), groups.join(":"), dotted, short].map((text) => `[${text}]`);
}

/** IPv6 addresses that reach an IPv4 address. */
const carried = (address: bigint) => CARRIERS_OF_IPV4.map((range) => rangeOf(range).first + address);

const spellingsOf = (address: bigint, bits: 32 | 128) =>
  bits === 32 ? spellingsOf4(address) : spellingsOf6(address);

const RANGES = SPECIAL_RANGES.map(({ range }) => rangeOf(range));
const isSpecial = (address: bigint, bits: 32 | 128): boolean => {
  const carrier = bits === 128 && CARRIERS_OF_IPV4.map(rangeOf).find((one) => holds(one, address));
  if (carrier) return isSpecial(address - carrier.first, 32);
  return RANGES.some((range) => range.bits === bits && holds(range, address));
};
const holds = ({ first, last }: Range, address: bigint) => first <= address && address <= last;

function isRefused(host: string): boolean {
  try {
    new Hosts().check(new URL(`http://${host}:8080/x`));
    return false;
  } catch (error) {
    assert.match(String(error), /is not asked: it is .* --allow-host .*:8080$/);
    return true;
  }
}

describe("addresses that are not public", () => {
  for (const { range, words } of SPECIAL_RANGES) {
    test(`${range} (${words}), first and last, in every spelling`, () => {
      const { first, last, bits } = rangeOf(range);
      for (const address of [first, last].filter((one) => isSpecial(one, bits))) {
        for (const host of spellingsOf(address, bits)) assert.ok(isRefused(host), host);
      }
    });
  }

  test("any address is refused if, and only if, it is in a range", () => {
    const of = (bits: 32 | 128) =>
      fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }).map((address) => ({ address, bits }));
    const near = fc
      .tuple(fc.constantFrom(...RANGES), fc.bigInt({ min: -3n, max: 3n }), fc.boolean())
      .map(([{ first, last, bits }, step, isFirst]) => {
        const address = (isFirst ? first : last) + step;
        return { address: BigInt.asUintN(bits, address), bits };
      });
    // Where public addresses of IPv6 come from.
    const global = fc.bigInt({ min: 0x2000n << 112n, max: (0x4000n << 112n) - 1n });
    const any = fc.oneof(
      of(32),
      of(128),
      near,
      global.map((address) => ({ address, bits: 128 as const })),
    );
    fc.assert(
      fc.property(any, ({ address, bits }) => {
        const expected = isSpecial(address, bits);
        for (const host of spellingsOf(address, bits)) assert.equal(isRefused(host), expected, host);
      }),
      { numRuns: 1000 },
    );
  });

  test("addresses of known public servers pass", () => {
    const known = ["208.80.154.224", "1.1.1.1", "8.8.8.8", "223.255.255.255", "172.32.0.1", "100.128.0.1"];
    for (const host of known) assert.equal(whyNotPublic(host), undefined, host);
    for (const host of ["2620:0:861:ed1a::1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:1.1.1.1"])
      assert.equal(whyNotPublic(host), undefined, host);
  });
});

test("names for machines nearby are refused before they are looked up, others are not", () => {
  for (const name of [
    "localhost",
    "LOCALHOST.",
    "a.localhost",
    "printer.local",
    "nas.home.arpa",
    "db",
    "x.internal",
  ])
    assert.ok(isRefused(name), name);
  for (const name of [
    "example.org",
    "localhost.example.org",
    "local.org",
    "internal.example",
    "xn--bcher-kva.example",
  ])
    assert.equal(isRefused(name), false, name);
});
