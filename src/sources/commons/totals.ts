import type { EntityLine } from "./entity-line.js";

/** Totals as they are written and sent between threads. */
export interface TotalsJson {
  readonly entities: number;
  readonly with_statements: number;
  /** How many entities have a statement about a property. */
  readonly by_property: Readonly<Record<string, number>>;
}

/** Counts entities, and those with statements, by property. */
export class Totals {
  #entities = 0;
  #withStatements = 0;
  readonly #byProperty = new Map<string, number>();

  add(line: EntityLine): void {
    this.#entities++;
    let properties = 0;
    line.forEachProperty((id) => {
      properties++;
      this.#byProperty.set(id, (this.#byProperty.get(id) ?? 0) + 1);
    });
    if (properties > 0) this.#withStatements++;
  }

  /** Adds what was counted elsewhere. */
  merge({ entities, with_statements, by_property }: TotalsJson): void {
    this.#sum(entities, with_statements, Object.entries(by_property));
  }

  /** Takes what was counted elsewhere away from there. */
  take(others: Totals): void {
    this.#sum(others.#entities, others.#withStatements, others.#byProperty);
    others.clear();
  }

  #sum(entities: number, withStatements: number, byProperty: Iterable<readonly [string, number]>): void {
    this.#entities += entities;
    this.#withStatements += withStatements;
    for (const [id, count] of byProperty) this.#byProperty.set(id, (this.#byProperty.get(id) ?? 0) + count);
  }

  clear(): void {
    this.#entities = 0;
    this.#withStatements = 0;
    this.#byProperty.clear();
  }

  /** Properties are in the order of their numbers. */
  toJSON(): TotalsJson {
    const properties = [...this.#byProperty].sort(
      ([a], [b]) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1),
    );
    return {
      entities: this.#entities,
      with_statements: this.#withStatements,
      by_property: Object.fromEntries(properties),
    };
  }
}

const numberOf = (property: string) => Number(property.slice(1)) || 0;
