import fc from 'fast-check';
import { firstBytes } from './first-bytes';

const chunks = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 9 });

describe('firstBytes', () => {
  it('gives the head, and then everything', async () => {
    await fc.assert(fc.asyncProperty(chunks, fc.integer({ min: 1, max: 40 }), async (given, size) => {
      const { head, all } = await firstBytes(each(given), size);
      const read: Uint8Array[] = [];
      for await (const chunk of all) read.push(chunk);
      const whole = Buffer.concat(given);
      expect([Buffer.from(head), Buffer.concat(read)]).toEqual([whole.subarray(0, size), whole]);
    }));
  });

  it('ends its source when nobody wants the rest', async () => {
    let isOpen = true;
    const source = (async function* () {
      try {
        for (;;) yield Buffer.from('more');
      } finally {
        isOpen = false;
      }
    })();
    const { all } = await firstBytes(source, 6);
    for await (const _ of all) break;
    expect(isOpen).toBe(false);
  });
});

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
