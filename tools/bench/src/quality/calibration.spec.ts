import fc from 'fast-check';
import { calibration, type Judgement } from './calibration';

const judged = (positive: number, gold: 'negative' | 'positive'): Judgement => ({ scores: { negative: 1 - positive, positive }, gold });

describe('calibration', () => {
  it('computes what the formulas say', () => {
    // Two in the bin of 0.9 (one right), one in that of 0.6 (right).
    const result = calibration([judged(0.95, 'positive'), judged(0.05, 'positive'), judged(0.4, 'negative')]);
    expect(result.accuracy).toBeCloseTo(2 / 3, 12);
    expect(result.surprise).toBeCloseTo(-(Math.log(0.95) + Math.log(0.05) + Math.log(0.6)) / 3, 12);
    expect(result.calibrationError).toBeCloseTo((Math.abs(1.9 - 1) + Math.abs(0.6 - 1)) / 3, 12);
  });

  it('finds no error in one who is always sure and right', () => {
    expect(calibration([judged(1, 'positive'), judged(0, 'negative')])).toEqual({ accuracy: 1, surprise: 0, calibrationError: 0 });
  });

  it('never finds less error than the mean certainty is off, nor more than 1', () => {
    const judgement = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom('negative', 'positive'));
    fc.assert(
      fc.property(fc.array(judgement, { minLength: 1 }), (all) => {
        const judgements = all.map(([chance, gold]) => judged(chance, gold as 'negative'));
        const sure = judgements.reduce((sum, { scores }) => sum + Math.max(...Object.values(scores)), 0) / judgements.length;
        const { accuracy, calibrationError } = calibration(judgements);
        expect(calibrationError).toBeGreaterThanOrEqual(Math.abs(sure - accuracy) - 1e-9);
        expect(calibrationError).toBeLessThanOrEqual(1);
      }),
    );
  });
});
