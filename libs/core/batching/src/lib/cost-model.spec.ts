import * as fc from 'fast-check';
import { costOf, fitCostModel, workOf, type CostModel, type CostSample } from './cost-model';

const coefficient = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: max / 1000, max, noNaN: true }));
const models = fc
  .record({ c0: coefficient(5), c1: coefficient(0.1), c2: coefficient(0.0005) })
  .filter(({ c0, c1, c2 }) => c0 + c1 + c2 > 0);
const shapes = fc.record({ rows: fc.integer({ min: 1, max: 64 }), length: fc.integer({ min: 1, max: 512 }) });
const timed = fc.record({
  rows: fc.integer({ min: 1, max: 64 }),
  length: fc.integer({ min: 1, max: 512 }),
  ms: fc.double({ min: 0.001, max: 1000, noNaN: true }),
});
const GRID = [1, 2, 8, 16].flatMap((rows) => [8, 32, 128, 256].map((length) => ({ rows, length })));

function samplesOf(model: CostModel, noise: (i: number) => number = () => 1): CostSample[] {
  return GRID.map(({ rows, length }, i) => ({ rows, length, ms: costOf(model, rows, length) * noise(i) }));
}

function relativeError(model: CostModel, samples: readonly CostSample[]): number {
  return samples.reduce((sum, { rows, length, ms }) => sum + (costOf(model, rows, length) / ms - 1) ** 2, 0);
}

describe('costOf', () => {
  it('adds the overhead to what grows with tokens and with their square', () => {
    const model = { c0: 1, c1: 0.5, c2: 0.25 };
    expect(costOf(model, 2, 4)).toBe(1 + 4 + 8);
    expect(workOf(model, 2, 4)).toBe(12);
  });
});

describe('fitCostModel', () => {
  it('recovers the model from noise-free samples', () => {
    fc.assert(fc.property(models, shapes, (model, { rows, length }) => {
      const fitted = fitCostModel(samplesOf(model));
      const expected = costOf(model, rows, length);
      expect(Math.abs(costOf(fitted, rows, length) / expected - 1)).toBeLessThan(1e-3);
    }));
  });

  it('stays within the noise of its samples', () => {
    fc.assert(fc.property(models, fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 16, maxLength: 16 }), (model, noise) => {
      const samples = samplesOf(model, (i) => noise[i]!);
      expect(Math.sqrt(relativeError(fitCostModel(samples), samples) / samples.length)).toBeLessThan(0.12);
    }));
  });

  it('is never negative and never nothing, whatever was measured', () => {
    fc.assert(fc.property(fc.array(timed, { maxLength: 20 }), (samples) => {
      const { c0, c1, c2 } = fitCostModel(samples);
      expect(Math.min(c0, c1, c2)).toBeGreaterThanOrEqual(0);
      expect(c0 + c1 + c2).toBeGreaterThan(0);
      expect(Number.isFinite(c0 + c1 + c2)).toBe(true);
    }));
  });

  it('has no larger relative error than any other model without negative coefficients', () => {
    fc.assert(fc.property(fc.array(timed, { minLength: 1, maxLength: 12 }), models, (samples, other) => {
      const least = relativeError(fitCostModel(samples), samples);
      expect(least).toBeLessThanOrEqual(relativeError(other, samples) + 1e-6 * samples.length);
    }), { numRuns: 300 });
  });

  it('explains one sample, and samples of one shape, by tokens alone', () => {
    fc.assert(fc.property(timed, fc.integer({ min: 1, max: 4 }), (sample, times) => {
      const { c0, c1, c2 } = fitCostModel(new Array<CostSample>(times).fill(sample));
      expect([c0, c2]).toEqual([0, 0]);
      expect((c1 * sample.rows * sample.length) / sample.ms).toBeCloseTo(1, 9);
    }));
  });

  it('tells the overhead from the rows when all samples have one length', () => {
    const samples = [1, 4, 16].map((rows) => ({ rows, length: 32, ms: 2 + rows }));
    const fitted = fitCostModel(samples);
    expect(fitted.c0).toBeCloseTo(2, 6);
    expect(costOf(fitted, 8, 32)).toBeCloseTo(10, 6);
  });

  it('ignores what is no measurement', () => {
    const good = samplesOf({ c0: 1, c1: 0.05, c2: 0 });
    const bad = [{ rows: 1, length: 8, ms: 0 }, { rows: 1, length: 8, ms: NaN }, { rows: 0, length: 8, ms: 3 }];
    expect(fitCostModel([...bad, ...good])).toEqual(fitCostModel(good));
    expect(fitCostModel(bad)).toEqual({ c0: 0, c1: 1, c2: 0 });
  });
});
