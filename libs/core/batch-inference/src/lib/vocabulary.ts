import { quote } from '@cortex/kernel';
import { InvalidOrderError } from './batch-inference.errors';

/** Tasks or formats by the names that orders use. */
export class Vocabulary<T> {
  readonly #entries = new Map<string, T>();

  constructor(private readonly what: string, private readonly nameOf: (entry: T) => string, entries: readonly T[]) {
    for (const entry of entries) this.add(entry);
  }

  add(entry: T): void {
    const name = this.nameOf(entry);
    if (this.#entries.has(name)) throw new Error(`there is a ${this.what} '${name}' already. This is a bug.`);
    this.#entries.set(name, entry);
  }

  /** @throws InvalidOrderError naming the field that asked for it */
  get(name: string, field: string): T {
    const found = this.#entries.get(name);
    if (found === undefined) throw new InvalidOrderError(field, `there is no ${this.what} '${quote(name)}', expected ${[...this.#entries.keys()].join(' or ')}`);
    return found;
  }
}
