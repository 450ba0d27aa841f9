import type { Sketch } from '../text/min-hash';
import { Firsts } from './firsts';

/** What a shingle takes in a set, and a band in the index. */
const SHINGLE_BYTES = 40;
const BAND_BYTES = 200;

/** Sketches of texts that are no duplicates, found by the bands that they fall into. */
export class Sketches {
  readonly #firsts = new Firsts<Sketch>(({ shingles, bands }) => shingles.size * SHINGLE_BYTES + bands.length * BAND_BYTES);
  readonly #byBand = new Map<string, Map<number, Sketch>>();

  /** Those that share a band with it. */
  like({ bands }: Sketch): Iterable<readonly [index: number, sketch: Sketch]> {
    return new Map(bands.flatMap((band) => [...(this.#byBand.get(band) ?? [])]));
  }

  add(index: number, sketch: Sketch): void {
    this.#firsts.add(index, sketch);
    for (const band of sketch.bands) {
      const others = this.#byBand.get(band);
      if (others) others.set(index, sketch);
      else this.#byBand.set(band, new Map([[index, sketch]]));
    }
  }

  /** As `Firsts.shrink`. */
  shrink(): void {
    for (const [index, { bands }] of this.#firsts.shrink()) {
      for (const band of bands) {
        const others = this.#byBand.get(band)!;
        others.delete(index);
        if (others.size === 0) this.#byBand.delete(band);
      }
    }
  }
}
