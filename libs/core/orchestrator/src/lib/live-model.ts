import { Batcher, costOf } from '@cortex/batching';
import type { ModelSession, Output, Work } from '@cortex/inference';
import type { Clock, Priority, RequestContext } from '@cortex/kernel';
import type { Residence } from '@cortex/resource-governor';
import type { ModelMetrics } from './model-metrics';
import type { StatisticsBoard } from './model-statistics';
import { Pace } from './pace';
import { fromBatch, joinResults, toBatch, toPieces, type Piece, type PieceResult } from './packing';
import type { Candidate, LoadedModel } from './served-model';

export interface LiveModelParts {
  readonly candidate: Candidate;
  readonly session: ModelSession;
  readonly metrics: ModelMetrics;
  readonly statistics: StatisticsBoard;
  readonly clock: Clock;
  readonly loadMs: number;
  /** Measured, or what it was predicted to take. */
  readonly memoryBytes: number;
  readonly residence: Residence;
}

/** A loaded model with the batcher that feeds it. */
export class LiveModel {
  readonly description: LoadedModel;
  readonly #batcher: Batcher<Piece, PieceResult>;
  readonly #pace = new Pace();
  readonly #watched: Disposable;

  constructor(private readonly parts: LiveModelParts) {
    this.description = describe(parts);
    const { candidate, session, metrics, statistics, clock } = parts;
    const options = {
      maxBatchRows: candidate.artifact.maxBatchRows,
      parallelism: session.parallelism,
      costModel: candidate.costModel,
      dispatch: session.placement === 'inline' ? 'turn' : 'now',
    } as const;
    this.#batcher = new Batcher((pieces) => this.#run(pieces), options, clock, (report) => {
      this.#pace.ran(report.runMs, costOf(candidate.costModel, report.rows, report.paddedTokens / report.rows));
      metrics.ran(report);
      statistics.ran(report);
    });
    this.#watched = metrics.watch({ depth: (priority) => this.#batcher.depth(priority), memoryBytes: this.description.memoryBytes });
  }

  /** @throws InputMismatchError, RunFailedError, WorkerLostError, or the signal's reason */
  async submit(work: Work, context: RequestContext): Promise<Output> {
    const { candidate, session, residence } = this.parts;
    residence.used();
    const pieces = toPieces(work, session.signature, { maxBatchRows: candidate.artifact.maxBatchRows, alone: candidate.alone });
    return joinResults(work, await this.#batcher.submit(pieces, context));
  }

  /** Finishes what was accepted, then frees the model. */
  async close(): Promise<void> {
    await this.#batcher.drain();
    this.#watched[Symbol.dispose]();
    await this.parts.session.close();
    this.parts.residence.release();
  }

  /** How long batches take, times what the cost model predicts. */
  get pace(): number {
    return this.#pace.ratio;
  }

  /** Rows that wait. */
  depth(priority: Priority): number {
    return this.#batcher.depth(priority);
  }

  /** Predicted milliseconds until what waits and runs is through. */
  get backlogMs(): number {
    return this.#batcher.backlogMs;
  }

  async #run(pieces: readonly Piece[]): Promise<{ results: PieceResult[]; runMs: number }> {
    const output = await this.parts.session.run(toBatch(pieces));
    return { results: fromBatch(pieces, output), runMs: output.runMs };
  }
}

function describe({ candidate, session, loadMs, memoryBytes }: LiveModelParts): LoadedModel {
  return {
    ...candidate.served,
    choice: candidate.choice,
    source: candidate.source,
    signature: session.signature,
    placement: session.placement,
    parallelism: session.parallelism,
    maxBatchRows: candidate.artifact.maxBatchRows,
    memoryBytes,
    loadMs,
  };
}
