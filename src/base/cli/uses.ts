import { Failure } from "../failure.js";
import { followed, type Identity, identityOf, lineageOf, pathOf } from "../files/index.js";

/**
 * Whose file is it: nothing that a command writes may be something that it reads or writes elsewhere, lie in a folder that
 * it replaces, or have the name of a file that belongs to another one. Files are compared by device and inode.
 */

/** One thing that a command does with a file or folder. */
export interface Use {
  /** The option, or what stands for it in a message: `stdin`, `an operand`. */
  readonly by: string;
  /** A path or a descriptor. */
  readonly at: string | number;
  readonly does: "reads" | "writes";
  /** A folder as a whole: one that is written takes the place of all that is in it. */
  readonly isFolder?: boolean;
  /** A folder in its place stands for all files in it, which are read. */
  readonly isForFiles?: boolean;
  /** For the path of an output: which file or folder it belongs to, going by its name alone. */
  readonly ownerOf?: (output: string) => string | undefined;
}

/** A use with what it is of. */
interface Known extends Use {
  readonly identity: Identity;
  /** The path; undefined for a descriptor whose path is not known. */
  readonly path: string | undefined;
}

/** The uses of one command line. Of two that do not go together, the later one is to be changed, if it is an output. */
export class Uses {
  readonly #known: Known[] = [];

  /** Adds one, or throws a `Failure` (`usage`) where it does not go with one of those before. */
  add(use: Use): void {
    const identity = identityOf(use.at);
    // What several may use at once: a pipe, a device, a terminal.
    if (!identity) return;
    const known = { ...use, identity, path: typeof use.at === "number" ? pathOf(use.at) : use.at };
    for (const other of this.#known) {
      refuseClash(known, other);
      refuseClash(other, known);
    }
    this.#known.push(known);
  }
}

function refuseClash(output: Known, other: Known): void {
  if (output.does === "reads") return;
  const isStream = typeof output.at === "number";
  // Data and messages in one file is what `> log 2>&1` asks for.
  if (isStream && typeof other.at === "number" && other.does === "writes") return;
  const why = whyNot(output, other);
  if (why === undefined) return;
  const otherwise = output.isFolder ? "name another folder" : "name another file";
  const advice = isStream ? "send it to another file" : otherwise;
  throw new Failure("usage", `${output.by}: ${why}; ${advice}`);
}

/** The rules, in words; undefined where all is well. */
function whyNot(output: Known, other: Known): string | undefined {
  const { key } = other.identity;
  const [name, its] = [nameOf(output, other), nameOf(other, output)];
  if (output.identity.key === key) return `${name} is ${roleOf(other)}`;
  if (output.isFolder && liesIn(other, output)) return `${name} holds ${its}, which is ${roleOf(other)}`;
  const isRead = other.isForFiles ? other.identity.isFolder : other.isFolder && output.isFolder;
  if (isRead && liesIn(output, other)) return `${name} lies in ${its}, which is ${roleOf(other)}`;
  if (output.path === undefined || !other.ownerOf) return undefined;
  const owner = other.ownerOf(followed(output.path));
  const isOwned = owner !== undefined && identityOf(owner)?.key === key;
  return isOwned ? `${name} belongs to ${its}, which is ${roleOf(other)}` : undefined;
}

/** How a thing is used: `read as well, by --list`. */
function roleOf({ by, does }: Known): string {
  return `${does === "reads" ? "read" : "written"} as well, ${by.startsWith("--") ? "by" : "as"} ${by}`;
}

/** As a person wrote it, where one did. */
function nameOf({ at, path, by }: Known, other: Known): string {
  if (typeof at === "string") return at;
  const isSame = typeof other.at === "string" && identityOf(at)?.key === other.identity.key;
  return isSame ? String(other.at) : (path ?? by);
}

function liesIn({ path }: Known, { identity }: Known): boolean {
  return path !== undefined && lineageOf(path).includes(identity.key);
}
