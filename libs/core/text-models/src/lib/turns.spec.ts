import { Turns } from './turns';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Turns', () => {
  describe('next', () => {
    it('wakes one waiter in each turn of the loop, in their order', async () => {
      const turns = new Turns();
      const woken: string[] = [];
      for (const name of ['a', 'b', 'c']) void turns.next().then(() => woken.push(name));
      const seen: number[] = [];
      for (let count = 0; count < 3; count++) {
        await turn();
        seen.push(woken.length);
      }
      expect(seen).toEqual([1, 2, 3]);
      expect(woken).toEqual(['a', 'b', 'c']);
    });

    it('lets those who come again go behind those who wait', async () => {
      const turns = new Turns();
      const order: string[] = [];
      const work = async (name: string) => {
        for (let slice = 0; slice < 3; slice++) {
          await turns.next();
          order.push(name);
        }
      };
      await Promise.all([work('a'), work('b')]);
      expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    });
  });
});
