import { type BigIntStats, fstatSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { followed } from "./links.js";

/** Which file or folder a path names, however it is written: by links of both kinds, through /dev/fd, and before it exists. */

/** A file or a folder, or a place where one may be made. Two with one `key` are the same. */
export interface Identity {
  /** Device and inode; where nothing is there yet, those of the folder and then the name. */
  readonly key: string;
  readonly isFolder: boolean;
}

/**
 * What a path or a descriptor names. Undefined for what several processes may use at once (pipes, devices, terminals), and
 * for what cannot be examined.
 */
export function identityOf(path: string | number): Identity | undefined {
  try {
    const found = typeof path === "number" ? fstatSync(path, BIG) : statSync(path, { ...BIG, ...OR_NOT });
    if (found) return found.isFile() || found.isDirectory() ? known(found) : undefined;
    const [key] = lineageOf(path as string);
    return key === undefined ? undefined : { key, isFolder: false };
  } catch {
    return undefined;
  }
}

/**
 * The keys of a path itself and of all folders that it lies in, the nearest first. Folders are climbed by `..`, without
 * their names. Empty where a folder may not be read.
 */
export function lineageOf(path: string): string[] {
  const keys: string[] = [];
  try {
    let here = followed(path);
    const missing: string[] = [];
    let found = statSync(here, { ...BIG, ...OR_NOT });
    for (; !found; found = statSync(here, { ...BIG, ...OR_NOT })) {
      if (basename(here) !== ".") missing.unshift(basename(here));
      here = dirname(here);
    }
    const { key, isFolder } = known(found);
    for (let depth = missing.length; depth > 0; depth--) {
      keys.push([key, ...missing.slice(0, depth)].join("/"));
    }
    keys.push(key);
    for (let above = isFolder ? `${here}/..` : dirname(here); ; above += "/..") {
      const next = known(statSync(above, BIG)).key;
      if (next === keys.at(-1)) break;
      keys.push(next);
    }
  } catch {
    // A folder that may not be looked into.
  }
  return keys;
}

/** The path of an open descriptor, as Linux gives it. */
export function pathOf(descriptor: number): string | undefined {
  try {
    const path = readlinkSync(`/proc/self/fd/${descriptor}`);
    return identityOf(path)?.key === identityOf(descriptor)?.key ? path : undefined;
  } catch {
    return undefined;
  }
}

const BIG = { bigint: true } as const;
const OR_NOT = { throwIfNoEntry: false } as const;

function known(stats: BigIntStats): Identity {
  return { key: `${stats.dev}:${stats.ino}`, isFolder: stats.isDirectory() };
}
