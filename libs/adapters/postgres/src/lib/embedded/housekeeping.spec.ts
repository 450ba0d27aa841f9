import { FakeClock } from '@cortex/kernel/testing';
import { Housekeeping, type HousekeepingOptions } from './housekeeping';

const MB = 2 ** 20;

describe('Housekeeping', () => {
  const log: string[] = [];
  const clock = new FakeClock();
  let writtenBytes = 0;
  let checkpoints = 0;
  let due: string[] = [];
  const session = { units: 0, exclusively: <T>(work: () => Promise<T>) => work() };
  const db = {
    query: async (text: string, values?: unknown[]) => {
      if (text.includes('pg_stat_user_tables')) return { rows: due.map((table) => ({ table })) };
      return { rows: [{ at: String(writtenBytes), written: writtenBytes - Number(values![0] === '0/0' ? 0 : values![0]) }] };
    },
    exec: async (text: string) => {
      log.push(text);
      if (text === 'CHECKPOINT') checkpoints += 1;
      return [];
    },
  } as unknown as HousekeepingOptions['db'];
  let housekeeping: Housekeeping;

  beforeEach(() => {
    log.length = 0;
    [writtenBytes, checkpoints, session.units, due] = [0, 0, 0, []];
    housekeeping = new Housekeeping({ db, session, warn: () => undefined }, clock);
  });
  afterEach(() => housekeeping[Symbol.dispose]());

  const use = async (bytes: number) => {
    session.units += 1;
    writtenBytes += bytes;
    await housekeeping.keep();
  };

  it('keeps the log below the bound, however much is written, and makes no checkpoint more than that takes', async () => {
    for (let written = 0; written < 1_000; written += 8) await use(8 * MB);
    expect(checkpoints).toBe(Math.floor(1_000 / 32));
  });

  it('asks nothing while nobody uses the database', async () => {
    await use(MB);
    writtenBytes += 100 * MB;
    await housekeeping.keep();
    expect(log).toEqual([]);
  });

  it('vacuums what is due, every five minutes at most', async () => {
    due = ['cortex.jobs', 'public."Odd"'];
    await use(0);
    expect(log).toEqual([]);
    clock.advance(300_001);
    await use(0);
    await use(0);
    expect(log).toEqual(['VACUUM (ANALYZE) cortex.jobs', 'VACUUM (ANALYZE) public."Odd"']);
  });
});
