/** The values of a statement, which holds their places alone. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The value's place. */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
