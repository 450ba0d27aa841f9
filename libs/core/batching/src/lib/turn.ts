/** Collects what arrives within one turn of the event loop and hands it over once, after the turn's I/O. */
export class Turn<Arrival> {
  #arrivals: Arrival[] = [];
  #due = false;

  constructor(private readonly take: (arrivals: readonly Arrival[]) => void) {}

  add(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    this.request();
  }

  /** Another turn, also when nothing new arrives. */
  request(): void {
    if (this.#due) return;
    this.#due = true;
    setImmediate(() => {
      const arrivals = this.#arrivals;
      this.#arrivals = [];
      this.#due = false;
      this.take(arrivals);
    });
  }
}
