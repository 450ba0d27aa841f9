/** Runs so many tasks at a time, in the order they came. */
export class Line {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(private readonly most: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.most) await new Promise<void>((enter) => this.#waiting.push(enter));
    else this.#running += 1;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift(); // who comes next takes this one's place
      if (next) next();
      else this.#running -= 1;
    }
  }
}
