/** Weight of the newest batch. */
const FRESHNESS = 0.05;
/** A batch that took longer than this many times its prediction was held up by something else. */
const MOST = 10;

/** How long batches take against what was predicted when the model was measured: the machine may have been busy then, or be now. */
export class Pace {
  #ratio = 1;

  /** Times the prediction; 1 is as predicted. */
  get ratio(): number {
    return this.#ratio;
  }

  ran(runMs: number, predictedMs: number): void {
    if (predictedMs <= 0 || runMs <= 0) return;
    this.#ratio += FRESHNESS * (Math.min(MOST, Math.max(1 / MOST, runMs / predictedMs)) - this.#ratio);
  }
}
