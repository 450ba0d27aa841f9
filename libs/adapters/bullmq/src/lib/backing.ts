import type { Job, Queue, Worker } from 'bullmq';

/** As much of BullMQ's classes as is used here, whatever they stand on. */
export type LaneQueue = Pick<Queue, 'add' | 'remove' | 'getJobState' | 'getJobCounts' | 'waitUntilReady' | 'close'> & Faulty;
export type LaneWorker = Pick<Worker, 'run' | 'waitUntilReady' | 'close'> & Faulty & Leaving;
export type Process = (job: Pick<Job, 'id' | 'moveToWait'>, token?: string) => Promise<void>;

interface Faulty {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

interface Leaving {
  /** Ends its work after its last job, at the latest after that time, twice; nothing of it stays behind. */
  leave(patienceMs: number): Promise<void>;
}

/** Where BullMQ keeps its queues. A queue or worker whose `waitUntilReady` rejects never recovers: another one takes its place. */
export interface Backing extends AsyncDisposable {
  /** Must have succeeded once before the first queue or worker is made; may be tried again. */
  prepare(): Promise<void>;
  /** Whether it is known to be away, so that nobody need wait for that. */
  readonly isAway: boolean;
  queue(lane: string): LaneQueue;
  /** A job was put into the lane's queue: for workers here that the service itself does not tell. */
  added(lane: string): void;
  /** It does not run yet. */
  worker(lane: string, process: Process, concurrency: number): LaneWorker;
}

