import { existsSync } from "node:fs";
import { dirname, isAbsolute, normalize } from "node:path";
import BetterSqlite3, { type Statement } from "better-sqlite3";
import { Failure } from "../failure.js";

/**
 * better-sqlite3, with one change: none of its objects is ever garbage-collected.
 *
 * From Node 24.19 on, collecting one aborts the process when no JavaScript runs at that moment (the destructor of
 * `node::ObjectWrap`, which the last better-sqlite3 for Node 20 still uses, asserts an environment). A command
 * makes a dozen of them and ends soon after, so they are simply kept.
 */
const kept: object[] = [];

function keep<T extends object>(object: T): T {
  kept.push(object);
  return object;
}

/** A database whose objects stay until the process ends. */
export class Database extends BetterSqlite3 {
  /** What is to be done when it is closed. */
  afterClose: (() => void) | undefined;

  constructor(path: string, options?: BetterSqlite3.Options) {
    super(path, options);
    keep(this);
    this.prepare = ((sql: string) => keep(super.prepare(sql))) as typeof this.prepare;
  }

  override close(): this {
    super.close();
    this.afterClose?.();
    return this;
  }

  /** Reads a setting; to write one, `exec` it. (The library's own way drops its statement.) */
  setting(name: string): unknown {
    return this.prepare(`PRAGMA ${name}`).pluck().get();
  }

  /** The rows of a query one by one, each a list of values in the order of the columns. */
  rows(sql: string, ...parameters: unknown[]): IterableIterator<unknown[]> {
    return this.values(this.prepare(sql).raw(), ...parameters) as IterableIterator<unknown[]>;
  }

  /** What a statement gives, one by one. */
  values(statement: Statement, ...parameters: unknown[]): IterableIterator<unknown> {
    return keep(statement.iterate(...parameters));
  }
}

/**
 * Opens the file of this very name. The library takes blanks off its ends, which is another file, and `:memory:` for no
 * file at all, which is gone in the end with all that was loaded.
 */
export function openFile(path: string, options: BetterSqlite3.Options): Database {
  requireExactName(path);
  if (!existsSync(dirname(path)))
    throw new Failure("no_output", `cannot open ${normalize(path)}: its folder is not there any more`);
  return new Database(exactName(path), options);
}

/** As the library has to be given it. */
export function exactName(path: string): string {
  return isAbsolute(path) ? path : `./${path}`;
}

/** Refuses a name that the library cannot be given. */
export function requireExactName(path: string): void {
  if (path.trimEnd() === path) return;
  const name = JSON.stringify(path);
  throw new Failure(
    "usage",
    `${name} ends with a blank, which SQLite's library takes off; give the file another name`,
  );
}
