import { setTimeout as sleep } from 'node:timers/promises';
import { Rarely } from './rarely';

describe('Rarely', () => {
  it('says the first at once, and later how many it kept to itself', async () => {
    const heard: string[] = [];
    const rarely = new Rarely(50, (message) => void heard.push(message));
    for (const message of ['a', 'b', 'c']) rarely.say(message);
    await sleep(60);
    for (const message of ['d', 'e']) rarely.say(message);
    expect(heard).toEqual(['a', 'd (2 more since the last word)']);
  });
});
