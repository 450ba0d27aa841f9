import fc from 'fast-check';
import { probabilityOf, sigmoid, softmax } from './probability';

const logit = fc.float({ min: -1000, max: 1000, noNaN: true });

describe('softmax', () => {
  it('gives probabilities that add up to 1, whatever the size of the logits', () => {
    fc.assert(
      fc.property(fc.array(logit, { minLength: 1, maxLength: 30 }), (logits) => {
        expect(softmax(Float32Array.from(logits)).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
      }),
    );
  });

  it('follows the definition', () => {
    expect([...softmax(Float32Array.of(0, Math.log(3)))].map((value) => value.toFixed(6))).toEqual(['0.250000', '0.750000']);
  });
});

describe('probabilityOf', () => {
  it('is what softmax gives for the same logit', () => {
    fc.assert(fc.property(fc.array(logit, { minLength: 1, maxLength: 9 }), (logits) => {
      const given = Float32Array.from(logits);
      softmax(given).forEach((probability, index) => expect(probabilityOf(index, given)).toBeCloseTo(probability, 6));
    }));
  });
});

describe('sigmoid', () => {
  it('is the softmax of the logit against 0', () => {
    fc.assert(fc.property(logit, (value) => expect(sigmoid(value)).toBeCloseTo(softmax(Float32Array.of(0, value))[1]!, 5)));
  });
});
