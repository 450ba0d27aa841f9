import { RANK, type RequestContext } from '@cortex/kernel';
import { whileCallerWaits } from './patience';

interface Flight {
  /** The vector; undefined when whoever ran it failed or left. */
  readonly vector: Promise<Float32Array | undefined>;
  readonly land: (vector: Float32Array | undefined) => void;
  /** Of who runs it: one more urgent does not wait for it. */
  readonly rank: number;
}

/** A row that the caller runs itself. */
interface Departure {
  readonly position: number;
  readonly key: string;
  readonly flight: Flight;
}

/** Runs the rows at these positions; vectors in their order. */
export type RunRows = (positions: readonly number[]) => Promise<readonly Float32Array[]>;

/** Rows that are being computed now: whoever asks for the same one waits for it instead of running it again. */
export class RowFlights {
  /** By the cache's key. Bounded by what runs and waits. */
  readonly #flights = new Map<string, Flight>();

  /** A vector a key; equal keys run once. The failure of somebody else's run is not the caller's: it runs those rows itself. @throws what `run` throws, or the signal's reason */
  async share(keys: readonly string[], run: RunRows, context: RequestContext): Promise<Float32Array[]> {
    const rank = RANK[context.priority];
    const vectors = new Array<Float32Array | undefined>(keys.length);
    const own: Departure[] = [];
    const awaited: { readonly position: number; readonly flight: Flight }[] = [];
    for (const [position, key] of keys.entries()) {
      const flight = this.#flights.get(key);
      if (flight && flight.rank <= rank) awaited.push({ position, flight });
      else own.push({ position, key, flight: this.#takeOff(key, rank) });
    }
    if (own.length > 0) await this.#fly(own, vectors, run);
    for (const { position, flight } of awaited) vectors[position] = await whileCallerWaits(flight.vector, context);

    const failed = awaited.flatMap(({ position }) => (vectors[position] ? [] : [position]));
    if (failed.length > 0) fill(vectors, failed, await run(failed));
    return vectors as Float32Array[];
  }

  async #fly(own: readonly Departure[], vectors: (Float32Array | undefined)[], run: RunRows): Promise<void> {
    const positions = own.map(({ position }) => position);
    try {
      fill(vectors, positions, await run(positions));
    } finally {
      for (const { position, key, flight } of own) {
        flight.land(vectors[position]);
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      }
    }
  }

  #takeOff(key: string, rank: number): Flight {
    let land: Flight['land'] = () => undefined;
    const vector = new Promise<Float32Array | undefined>((resolve) => (land = resolve));
    const flight = { vector, land, rank };
    this.#flights.set(key, flight);
    return flight;
  }
}

function fill(vectors: (Float32Array | undefined)[], positions: readonly number[], found: readonly Float32Array[]): void {
  for (const [index, position] of positions.entries()) vectors[position] = found[index];
}
