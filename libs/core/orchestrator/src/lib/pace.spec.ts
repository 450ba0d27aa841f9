import { Pace } from './pace';

describe('Pace', () => {
  it('comes to what batches take, whatever was predicted', () => {
    const pace = new Pace();
    for (let batch = 0; batch < 200; batch += 1) pace.ran(30, 10);
    expect(pace.ratio).toBeCloseTo(3, 2);
    for (let batch = 0; batch < 200; batch += 1) pace.ran(5, 10);
    expect(pace.ratio).toBeCloseTo(0.5, 2);
  });

  it('is moved little by one batch that was held up', () => {
    const pace = new Pace();
    pace.ran(1e6, 1);
    expect(pace.ratio).toBeLessThan(1.5);
  });
});
