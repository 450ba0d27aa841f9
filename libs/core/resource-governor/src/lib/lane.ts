/** What stands in a lane knows its neighbours, so that leaving from the middle costs nothing. */
export interface LaneItem<Item> {
  readonly costMs: number;
  previous?: Item | undefined;
  next?: Item | undefined;
}

/** First come, first served; O(1) to come and to leave, wherever one stands. */
export class Lane<Item extends LaneItem<Item>> {
  #first: Item | undefined;
  #last: Item | undefined;
  #count = 0;
  /** The sum of the items' costs, exactly 0 when empty. */
  #costMs = 0;

  get first(): Item | undefined {
    return this.#first;
  }

  get last(): Item | undefined {
    return this.#last;
  }

  get count(): number {
    return this.#count;
  }

  get costMs(): number {
    return this.#costMs;
  }

  add(item: Item): void {
    item.previous = this.#last;
    if (this.#last) this.#last.next = item;
    else this.#first = item;
    this.#last = item;
    this.#count += 1;
    this.#costMs += item.costMs;
  }

  /** Only an item that stands here. */
  remove(item: Item): void {
    if (item.previous) item.previous.next = item.next;
    else this.#first = item.next;
    if (item.next) item.next.previous = item.previous;
    else this.#last = item.previous;
    item.previous = item.next = undefined;
    this.#count -= 1;
    this.#costMs = this.#count === 0 ? 0 : Math.max(0, this.#costMs - item.costMs);
  }
}
