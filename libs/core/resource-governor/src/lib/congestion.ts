/** Fuller than this for longer than that is congestion; it ends where the room is less full than the last. */
const BEGINS_AT = 0.8;
const LASTS_MS = 1_000;
const ENDS_AT = 0.6;

/** Whether the waiting room has been nearly full for long: a burst is none. */
export class Congestion {
  #since: number | undefined;
  #lasts = false;

  get lasts(): boolean {
    return this.#lasts;
  }

  /** `crowding`: how full the room is, 0 to 1. */
  observe(crowding: number, now: number): boolean {
    if (this.#lasts) this.#lasts = crowding >= ENDS_AT;
    else this.#since = crowding >= BEGINS_AT ? (this.#since ?? now) : undefined;
    if (this.#since !== undefined && now - this.#since >= LASTS_MS) {
      this.#lasts = true;
      this.#since = undefined;
    }
    return this.#lasts;
  }
}
