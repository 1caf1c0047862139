import { isUtf8 } from "node:buffer";
import { lstatSync, readlinkSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { Failure } from "../failure.js";

/**
 * Where symbolic links lead. An output goes to what its link names, and the link stays: it says on which disk things are
 * to lie.
 */

/** As many as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** Names of what a process has open. What is a file there is written to by others from where they are. */
const OPEN_ALREADY = /^\/(?:dev\/(?:fd\/|std(?:in|out|err)$)|proc\/)/;

/**
 * The path that a link at the end of a path leads to, through further ones, also where nothing is there yet; a path that
 * is no link stays as it is, but for slashes at its end. Never made absolute: the working folder may have a name that is
 * no text.
 */
export function followed(path: string): string {
  let here = withoutSlashes(path);
  for (let links = 0; lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink(); links++) {
    const target = readlinkSync(here, { encoding: "buffer" });
    if (links === MOST_LINKS) throw refused(path, "its symbolic links lead in a circle");
    if (!isUtf8(target)) throw refused(path, "it leads to a name that is not UTF-8");
    const text = withoutSlashes(target.toString());
    // Not `join`, which takes `..` for the folder before it, where that is a link as well.
    here = isAbsolute(text) ? text : `${dirname(here)}/${text}`;
  }
  return here;
}

/** Refuses the name of a file that is open already, be it by a link: a new file would take its place under its own name. */
export function refuseOpenAlready(path: string): void {
  let here = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    if (OPEN_ALREADY.test(here)) throw refused(path, "it is a file that is open already; name another");
    if (!lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink()) return;
    const target = readlinkSync(here);
    here = isAbsolute(target) ? target : `${dirname(here)}/${target}`;
  }
}

export function withoutSlashes(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}

function refused(path: string, reason: string): Failure {
  return new Failure("no_output", `cannot create ${path}: ${reason}`);
}
