import fc from 'fast-check';
import { quantize } from './quantize';
import { Random } from './random';
import { staticGraph } from './static-graph';
import { StaticModel } from './static-model';
import { cosine, Vectors } from './vectors';

const WIDTH = 16;
const TOKENS = 100;
const random = new Random(1);
const table = new Vectors(WIDTH, Float32Array.from({ length: TOKENS * WIDTH }, (_, index) => (random.next() - 0.5) / (1 + (index % TOKENS))));
table.row(0).fill(0);

describe('quantize', () => {
  it('stays within half a step of every component, in 8 and 7 bits', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 4, maxLength: 40 }), (values) => {
        const vectors = new Vectors(2, Float32Array.from(values.slice(0, values.length - (values.length % 2))));
        const { rows, weights } = quantize(vectors);
        const unit = vectors.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 ** 2;
        for (const [index, value] of vectors.data.entries()) {
          const step = weights[index >> 1]! * unit;
          expect(Math.abs(rows[index]! * step - value)).toBeLessThanOrEqual(step / 2 + 1e-6);
          expect(Math.abs(rows[index]!)).toBeLessThanOrEqual(127);
        }
        expect(Math.max(...weights)).toBeLessThanOrEqual(127);
      }),
    );
  });

  it('gives weight 0 to a zero vector alone', () => {
    const { weights } = quantize(table);
    expect(weights.indexOf(0)).toBe(0);
    expect(weights.lastIndexOf(0)).toBe(0);
  });
});

describe('staticGraph', () => {
  it('gives zeros for texts without tokens, even for a batch of length 0', async () => {
    const model = await StaticModel.open(staticGraph('test', quantize(table)));
    for (const texts of [[[]], [[], []], [[], [1]]]) expect([...(await model.embed(texts)).row(0)]).toEqual(Array(WIDTH).fill(0));
    await model.release();
  });

  it('is the normalized sum of the table rows', async () => {
    const model = await StaticModel.open(staticGraph('test', quantize(table)));
    const texts = Array.from({ length: 70 }, (_, index) => Array.from({ length: 1 + (index % 9) }, () => 1 + random.integer(TOKENS - 1)));
    const vectors = await model.embed(texts);
    await model.release();

    texts.forEach((text, index) => {
      const sum = text.reduce((total, token) => total.map((value, component) => value + table.row(token)[component]!), new Float32Array(WIDTH));
      expect(cosine(vectors.row(index), sum)).toBeGreaterThan(0.999);
    });
  });
});
