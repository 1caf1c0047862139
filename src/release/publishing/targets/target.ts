import type { SendOptions } from "../../../base/http/index.js";
import type { Options, OptionTable } from "../../../base/option.js";
import type { Watch } from "../checks/shard-files.js";
import type { Destination } from "./destination.js";

/** What every target is told, whatever its options are. */
export interface TargetContext extends Watch {
  /** Hears what a person should know, in words. */
  readonly onWarning: (warning: string) => void;
  readonly sending: SendOptions;
}

/** Opens a target. Throws a `Failure` where it cannot even be asked: no credentials, no address. */
export type Opener<Table extends OptionTable> = (
  options: Options<Table> & TargetContext,
) => Promise<Destination>;

/**
 * A kind of target: all that the command line, its help, the documentation and shells know of it. It is read whenever
 * `ov-publish` starts, so what it works with is imported when it is opened.
 */
export interface Target<Table extends OptionTable = OptionTable> {
  /** What stands before the colon. */
  readonly scheme: string;
  /** As people write it; capitals stand for names of theirs: `hf:ORG/NAME`. */
  readonly form: string;
  readonly description: string;
  /** What messages call the service: `S3`. */
  readonly service: string;
  /** Where its keys or token come from, for the documentation. */
  readonly credentials: string;
  /** The options that are for it; targets that do not list them refuse them. */
  readonly options: Table;
  /** Why it refuses an option of other targets, by its flag, where there is more to say than that it is theirs. */
  readonly refuses?: Readonly<Record<string, string>>;
  /** What is said of a text that `parse` does not understand. */
  readonly mistake: string;
  /** Reads what stands after the colon. */
  parse(rest: string): Opener<Table> | undefined;
}

/** Of every target that is a service with an address. */
export const ENDPOINT = {
  flags: "--endpoint <address>",
  description:
    "the S3 server (default: AWS_ENDPOINT_URL_S3, else Amazon's), or the address of another Zenodo",
} as const;
