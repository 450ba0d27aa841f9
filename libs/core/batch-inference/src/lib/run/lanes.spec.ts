import { Lanes } from './lanes';

describe('Lanes', () => {
  it('lets so many work at once, the others in their order, also after failures', async () => {
    const lanes = new Lanes(2);
    const begun: number[] = [];
    let [underWay, most] = [0, 0];
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, (_, index) => lanes.run(async () => {
      begun.push(index);
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      underWay -= 1;
      if (index % 3 === 0) throw new Error('no');
      return index;
    })));
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(2);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3);
    expect(await lanes.run(async () => 'free')).toBe('free');
  });
});
