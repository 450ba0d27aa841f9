import { FakeChangeSignal, FaultProxy, describeWith } from '@cortex/kernel/testing';
import { setTimeout as wait } from 'node:timers/promises';
import { describeOnEach } from '../../testing/each-database';
import { ScratchDatabase } from '../../testing/scratch-database';
import { Database } from '../database/database';
import { ChangeFeed, countChange, type Follower } from './change-feed';

jest.setTimeout(60_000);

class Recorder implements Follower {
  readonly told: number[] = [];
  readonly failures: unknown[] = [];
  readonly changed = async (number: number) => void this.told.push(number);
  readonly failed = (error: unknown) => void this.failures.push(error);

  async until(number: number, withinMs = 5_000): Promise<void> {
    for (const startedAt = performance.now(); this.told.at(-1) !== number; await wait(5)) {
      if (performance.now() - startedAt > withinMs) throw new Error(`told ${this.told.join(', ')}, not ${number}`);
    }
  }
}

const change = (database: Database) => database.transaction((manager) => countChange(manager, 'keys'));

describeOnEach('ChangeFeed', (databases) => {
  it('tells where a topic stands, then each time it has changed, by whomever', async () => {
    const database = await databases.fresh();
    await change(database);
    using feed = new ChangeFeed({ database, signal: new FakeChangeSignal(), pollMs: 20 });
    const [keys, models] = [new Recorder(), new Recorder()];
    feed.follow('keys', keys);
    feed.follow('model-catalog', models);
    await keys.until(1);
    await change(await databases.again(database));
    await keys.until(2);
    expect([keys.told, models.told]).toEqual([[1, 2], [0]]);
  });

  it('looks at once when another replica says that there is something', async () => {
    const database = await databases.fresh();
    const signal = new FakeChangeSignal();
    using feed = new ChangeFeed({ database, signal, pollMs: 3_600_000 });
    using elsewhere = new ChangeFeed({ database, signal: signal.replica(), pollMs: 3_600_000 });
    const keys = new Recorder();
    feed.follow('keys', keys);
    await keys.until(0);
    await change(database);
    elsewhere.announce('keys');
    await keys.until(1);
  });

  it('gives out each number once, in the order of the commits', async () => {
    const database = await databases.fresh();
    const other = await databases.again(database);
    const numbers = await Promise.all(Array.from({ length: 20 }, (_, i) => change(i % 2 ? database : other)));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    await expect(database.transaction(async (manager) => Promise.reject(new Error(String(await countChange(manager, 'keys')))))).rejects.toThrow('21');
    expect(await change(database)).toBe(21);
  });

  it('tells again what somebody could not take in, and says it once', async () => {
    const database = await databases.fresh();
    using feed = new ChangeFeed({ database, signal: new FakeChangeSignal(), pollMs: 10 });
    const keys = new Recorder();
    let calls = 0;
    feed.follow('keys', { failed: keys.failed, changed: async (number) => ((calls += 1) < 3 ? Promise.reject(new Error('busy')) : keys.changed(number)) });
    await keys.until(0);
    expect(keys.failures).toEqual([new Error('busy')]);
  });

  it('tells nobody who has left', async () => {
    const database = await databases.fresh();
    using feed = new ChangeFeed({ database, signal: new FakeChangeSignal(), pollMs: 10 });
    const [gone, staying] = [new Recorder(), new Recorder()];
    const following = feed.follow('keys', gone);
    feed.follow('keys', staying);
    await staying.until(0);
    const before = gone.told.length;
    following[Symbol.dispose]();
    await change(database);
    await staying.until(1);
    expect(gone.told.length).toBe(before);
  });
});

describeWith('postgres', 'ChangeFeed between faults', ({ url }) => {
  it('says once that it sees nothing, and sees all that was missed when the database is back', async () => {
    await using scratch = await ScratchDatabase.make(url);
    await using proxy = await FaultProxy.to(scratch.port);
    await using database = await Database.open({ url: scratch.urlBy({ port: proxy.port }) });
    await using elsewhere = await Database.open({ url: scratch.url });
    using feed = new ChangeFeed({ database, signal: new FakeChangeSignal(), pollMs: 20 });
    const keys = new Recorder();
    feed.follow('keys', keys);
    await keys.until(0);
    proxy.cut();
    await change(elsewhere);
    await change(elsewhere);
    await wait(300);
    expect(keys.failures).toHaveLength(1);
    proxy.mend();
    await keys.until(2, 10_000);
    expect(keys.told).toEqual([0, 2]);
  });
});
