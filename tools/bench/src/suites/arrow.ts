import { embeddingStream } from '@cortex/arrow';
import { floatList } from '@cortex/inference';
import { figure, type Figure } from '../report';
import { median } from '../statistics';

const ROWS = 1_024;
const WIDTH = 384;
/** The first third warms up. */
const ROUNDS = 45;
const CASE = 'Arrow against JSON for 1,024 x 384 vectors';

/** What it costs to write embeddings, and how large they are: the bytes of a whole answer, made from the same vectors by turns. */
export function arrow(): Promise<Figure[]> {
  const vectors = Array.from({ length: ROWS }, normalized);
  const writers = {
    arrow: () => embeddingStream(vectors),
    json: () => Buffer.from(`[${vectors.map(floatList).join(',')}]`),
    plain: () => Buffer.from(JSON.stringify(vectors.map((vector) => Array.from(vector)))),
  };
  const rounds = Array.from({ length: ROUNDS }, () => ({ arrow: msOf(writers.arrow), json: msOf(writers.json) })).slice(ROUNDS / 3);
  const samples = rounds.map((round) => round.json / round.arrow);
  const bytes = { arrow: writers.arrow().length, json: writers.json().length, plain: writers.plain().length };
  return Promise.resolve([
    figure({ suite: 'arrow', case: `${CASE}: encode time`, value: median(samples), unit: 'times faster', reference: 'our own JSON, as `/embed` answers', samples }, { atLeast: 10 }),
    figure({ suite: 'arrow', case: `${CASE}: bytes`, value: bytes.plain / bytes.arrow, unit: 'times smaller', reference: 'JSON.stringify', samples: [] }, { atLeast: 4 }),
    figure({ suite: 'arrow', case: 'the same, against our own JSON', value: bytes.json / bytes.arrow, unit: 'times smaller', reference: 'our own JSON, which leaves out digits that no float32 has', samples: [] }, { atLeast: 3 }),
  ]);
}

function msOf(write: () => unknown): number {
  const startedAt = performance.now();
  write();
  return performance.now() - startedAt;
}

/** As models give them, of length 1. */
function normalized(): Float32Array {
  const vector = Float32Array.from({ length: WIDTH }, () => Math.random() * 2 - 1);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
