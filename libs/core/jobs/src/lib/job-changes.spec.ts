import { FakeChangeSignal } from '@cortex/kernel/testing';
import { JobChanges } from './job-changes';
import type { JobRecord } from './job-record';

const POLL_MS = 5_000;
const never = new AbortController().signal;
const job = { id: 'job', revision: 3 } as JobRecord;

describe('JobChanges', () => {
  let here: JobChanges;
  let elsewhere: JobChanges;

  beforeEach(() => {
    const signal = new FakeChangeSignal();
    here = new JobChanges(signal, POLL_MS);
    elsewhere = new JobChanges(signal.replica(), POLL_MS);
  });
  afterEach(() => {
    here[Symbol.dispose]();
    elsewhere[Symbol.dispose]();
  });

  it('shows at once what this process made of the job, also between two looks', async () => {
    using lookout = here.lookout('job');
    here.announce(job);
    expect(await lookout.next(never)).toEqual({ job });
    const waiting = lookout.next(never);
    here.announce({ ...job, revision: 4 });
    expect(await waiting).toEqual({ job: { ...job, revision: 4 } });
  });

  it('says that another process changed something, not what', async () => {
    using lookout = here.lookout('job');
    const waiting = lookout.next(never);
    elsewhere.announce({ ...job, id: 'any' });
    expect(await waiting).toEqual({});
  });

  it('says that it is time to look, whatever is announced of other jobs', async () => {
    using impatient = new JobChanges(new FakeChangeSignal(), 30);
    using lookout = impatient.lookout('job');
    impatient.announce({ ...job, id: 'other' });
    expect(await lookout.next(never)).toEqual({});
  });

  it('lets who waits leave, and says when there is nothing to wait for any more', async () => {
    using lookout = here.lookout('job');
    const leave = new AbortController();
    const waiting = lookout.next(leave.signal);
    leave.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    const last = lookout.next(never);
    here[Symbol.dispose]();
    expect([await last, await lookout.next(never)]).toEqual([undefined, undefined]);
  });
});
