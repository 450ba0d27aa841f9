import fc from 'fast-check';
import { inOrder } from './in-order';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function* counting(to: number): AsyncGenerator<number> {
  for (let number = 0; number < to; number += 1) yield number;
}

describe('inOrder', () => {
  it('gives results in the order of the items, and never has more under way than it may', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (pauses, limit) => {
      let [underWay, most] = [0, 0];
      const work = async (index: number) => {
        most = Math.max(most, (underWay += 1));
        await pause(pauses[index]!);
        underWay -= 1;
        return index;
      };
      const results: number[] = [];
      for await (const result of inOrder(counting(pauses.length), limit, work)) results.push(result);
      expect(results).toEqual(pauses.map((_, index) => index));
      expect(most).toBe(Math.min(limit, pauses.length));
    }), { numRuns: 30 });
  });

  it('throws the failure after the results before it, begins nothing more, and leaves nothing under way', async () => {
    const [begun, ended, results]: number[][] = [[], [], []];
    const work = async (item: number) => {
      begun!.push(item);
      if (item === 3) throw new Error('three');
      await pause(5);
      ended!.push(item);
      return item;
    };
    const running = (async () => {
      for await (const result of inOrder(counting(100), 3, work)) results!.push(result);
    })();
    await expect(running).rejects.toThrow('three');
    expect(results).toEqual([0, 1, 2]);
    expect(begun!.length).toBeLessThanOrEqual(6);
    expect(ended!.length).toBe(begun!.length - 1);
  });

  it('waits for what is under way when nobody wants more, and when the items fail', async () => {
    let underWay = 0;
    const work = async (item: number) => {
      underWay += 1;
      await pause(5);
      underWay -= 1;
      return item;
    };
    for await (const _first of inOrder(counting(100), 4, work)) break;
    expect(underWay).toBe(0);
    const broken = (async function* () {
      yield 1;
      throw new Error('torn');
    })();
    await expect(inOrder(broken, 4, work).next()).rejects.toThrow('torn');
    expect(underWay).toBe(0);
  });
});
