import fc from 'fast-check';
import { hasEnded, type JobRecord } from './job-record';
import { begun, cancelAsked, failed, handedBack, ofRun, progressed, removing, retried, succeeded, unlessCancelled, type Transition } from './job-transitions';
import { JobLostError, JobStateError } from './jobs.errors';

const MOST_SETBACKS = 3;
const NOW = 5_000;
const queued: JobRecord = {
  id: 'job', revision: 1, tenant: 'a', kind: 'test', state: 'queued', cancelRequested: false, spec: {}, checkpoint: {},
  counts: { done: 0, failed: 0 }, rank: 0, attempts: 0, setbacks: 0, createdAt: 1, updatedAt: 1,
};
const begin = begun(MOST_SETBACKS, NOW);
const running = begin(queued);
const further: Transition = (job) => progressed({ checkpoint: { at: 1 }, counts: { done: job.counts.done + 1, failed: 0 } }, NOW)(job);

/** All that can happen to a job; by the run that began it last, or by an older one. */
const events: Record<string, (job: JobRecord) => Transition> = {
  begin: () => begin,
  cancel: () => cancelAsked(NOW),
  retry: () => retried,
  remove: () => removing(NOW),
  save: ({ attempts }) => ofRun(attempts, further),
  succeed: ({ attempts }) => ofRun(attempts, unlessCancelled(succeeded({}, NOW), NOW)),
  fail: ({ attempts }) => ofRun(attempts, unlessCancelled(failed({ code: 'X', message: 'x' }, NOW), NOW)),
  handBack: ({ attempts }) => ofRun(attempts, unlessCancelled(handedBack, NOW)),
  lateSave: ({ attempts }) => ofRun(attempts - 1, further),
  lateEnd: ({ attempts }) => ofRun(attempts - 1, succeeded({}, NOW)),
};

function after(job: JobRecord, event: string): JobRecord {
  try {
    return events[event]!(job)(job);
  } catch (error) {
    if (error instanceof JobLostError || error instanceof JobStateError) return job;
    throw error;
  }
}

describe('job transitions', () => {
  it('keep a job consistent, whatever happens in whatever order', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...Object.keys(events)), { maxLength: 40 }), (story) => {
      let job = queued;
      for (const event of story) {
        const next = after(job, event);
        if (next !== job && hasEnded(job)) expect(['retry', 'remove']).toContain(event);
        if (job.removedAt !== undefined && event !== 'remove') expect(next.state === 'running').toBe(false);
        if (job.cancelRequested && event !== 'retry') expect(['queued', 'succeeded']).not.toContain(next.state === job.state ? '' : next.state);
        expect(hasEnded(next)).toBe(next.finishedAt !== undefined);
        expect(next.attempts - job.attempts).toBe(event === 'begin' && next.state === 'running' ? 1 : 0);
        expect(next.setbacks).toBeGreaterThanOrEqual(0);
        expect(next.setbacks).toBeLessThanOrEqual(MOST_SETBACKS);
        expect((next.error !== undefined) === (next.state === 'failed')).toBe(true);
        if (event.startsWith('late')) expect(next).toBe(job);
        job = next;
      }
    }));
  });

  it('give a job up whose runs are cut off before they get further, and not one that does get further', () => {
    const cutOffAgain = begin(begin(running));
    expect([cutOffAgain.state, cutOffAgain.setbacks]).toEqual(['running', 3]);
    expect(begin(cutOffAgain)).toMatchObject({ state: 'failed', error: { code: 'JOBS.GIVEN_UP' } });
    expect(begin(further(cutOffAgain))).toMatchObject({ state: 'running', setbacks: 1, attempts: 4 });
    const sameAgain = progressed({ checkpoint: { at: 2 }, counts: cutOffAgain.counts }, NOW);
    expect(begin(sameAgain(cutOffAgain))).toMatchObject({ state: 'failed', checkpoint: { at: 2 } });
  });

  it('do not count a run that was handed back', () => {
    let job = queued;
    for (let i = 0; i < 10; i += 1) job = handedBack(begin(job));
    expect(job).toMatchObject({ state: 'queued', attempts: 10, setbacks: 0 });
  });

  it('end cancelled what was asked to stop, however its run ends', () => {
    const asked = cancelAsked(NOW)(running);
    expect(asked).toMatchObject({ state: 'running', cancelRequested: true });
    for (const event of ['succeed', 'fail', 'handBack', 'begin']) expect(after(asked, event)).toMatchObject({ state: 'cancelled' });
  });

  it('go on at the checkpoint when tried again', () => {
    const ended = after(further(running), 'fail');
    expect(begin(retried(ended))).toMatchObject({ state: 'running', checkpoint: { at: 1 }, counts: { done: 1 }, cancelRequested: false });
    expect(retried(ended)).not.toHaveProperty('error');
  });
});
