import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure.js";
import { refuseUserInfo } from "../secrets/index.js";

/** What a command takes from its environment where the command line says nothing. */

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

/** The time that a command writes as now. `--now` goes before the variable, which is not looked at then. */
export function nowOf(now: string | undefined): Date {
  if (now !== undefined) return new Date(now);
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch === undefined) return new Date();
  if (/^\d{1,12}$/.test(epoch) && Number(epoch) <= LAST_SECOND) return new Date(Number(epoch) * 1000);
  throw new Failure(
    "usage",
    `SOURCE_DATE_EPOCH: '${epoch}' is not valid: it must be seconds since 1970, as in 1767225600`,
  );
}

/** Whether now is told by the clock, which can be set back, and not by the person. */
export function isByClock(now: string | undefined): boolean {
  return now === undefined && process.env.SOURCE_DATE_EPOCH === undefined;
}

/** Of the year 9999: later times have no four digits, and come before all others where they are compared as text. */
const LAST_SECOND = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
