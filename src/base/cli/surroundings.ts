import { homedir } from "node:os";
import { join } from "node:path";
import { refuseUserInfo } from "../secrets/index.js";

/** Whom servers and readers may write to: as it was named, else OV_CONTACT. */
export function contactOf(contact: string | undefined): string | undefined {
  if (contact !== undefined) return contact;
  refuseUserInfo("OV_CONTACT", process.env.OV_CONTACT);
  return process.env.OV_CONTACT;
}

/** Where state is kept: the folder that was named, or the one of the XDG base directory rules. */
export function stateFolder(named: string | undefined): string {
  if (named !== undefined) return named;
  const base = process.env.XDG_STATE_HOME;
  // Relative values are to be ignored, say the rules.
  return join(base?.startsWith("/") ? base : join(homedir(), ".local", "state"), "ov-tools");
}
