import fc from 'fast-check';
import { drawOf } from './trial';

describe('drawOf', () => {
  it('is in [0, 1) and the same for the same id', () => {
    fc.assert(fc.property(fc.string(), fc.integer(), (id, seed) => {
      const draw = drawOf(id, seed);
      return draw >= 0 && draw < 1 && draw === drawOf(id, seed);
    }));
  });

  it.each(['request-', '0000-4000-8000-', ''])('spreads ids that only count up evenly over ten parts: %j…', (prefix) => {
    const counts = Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i += 1) counts[Math.floor(drawOf(`${prefix}${i}`, 7) * 10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(250); // 2,000 ± 42 by chance
  });

  it('draws independently for different models', () => {
    const both = Array.from({ length: 10_000 }, (_, i) => drawOf(`${i}`, 1) < 0.5 && drawOf(`${i}`, 2) < 0.5).filter(Boolean).length;
    expect(Math.abs(both - 2_500)).toBeLessThan(250);
  });
});
