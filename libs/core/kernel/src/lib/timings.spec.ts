import { Timings } from './timings';

describe('Timings', () => {
  it('keeps the slowest and the largest of the batches a request travelled in', () => {
    const timings = new Timings();
    timings.ran({ queueMs: 1, runMs: 20, rows: 4, tokens: 400 });
    timings.ran({ queueMs: 9, runMs: 5, rows: 2, tokens: 30 });
    expect(timings).toMatchObject({ queueMs: 9, runMs: 20, batch: { rows: 4, tokens: 400 } });
  });
});
