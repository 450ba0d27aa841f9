import { patiently } from '@cortex/jobs';
import { internalContext, type Budget, type RequestContext } from '@cortex/kernel';
import { ModelChangedError } from '../batch-inference.errors';
import type { InputRow, Outcome, OutputRow, RowError } from '../formats/row-format.port';
import { faultOf } from '../tasks/row-faults';
import type { Asked, RowTask } from '../tasks/row-task.port';
import { isolating } from './isolate';
import type { Lanes } from './lanes';

export interface Asking {
  readonly task: RowTask;
  readonly asked: Asked;
  /** Of the files that answered first. */
  readonly digest: string;
  readonly owner: Owner;
  readonly signal: AbortSignal;
  readonly lanes: Lanes;
  readonly patienceMs: number;
}

/** On whose account rows are asked. */
export interface Owner {
  readonly tenant: string;
  readonly budgets?: readonly Budget[];
  /** Of the job. */
  readonly id: string;
}

/** The least urgent there is. What bulk work computes is not kept: it would push out what people ask for. */
export function bulkContext({ id, tenant, budgets }: Owner, signal: AbortSignal): RequestContext {
  return internalContext({ id: `job-${id}`, tenant, priority: 'low', cache: 'bypass', signal, ...(budgets && { budgets }) });
}

/** What a row asks, or why nothing can be asked of it. */
type Reading = { readonly question: unknown } | { readonly error: RowError };

/** Answers a job's rows: each has an answer, or an error of its own. */
export class RowAnswers {
  constructor(private readonly asking: Asking) {}

  /** In the order of the rows. @throws ModelChangedError, the signal's reason, and what no row is to blame for */
  async of(rows: readonly InputRow[]): Promise<readonly OutputRow[]> {
    const readings = rows.map((row) => this.#read(row));
    const outcomes = (await this.#ask(readings.flatMap((reading) => ('question' in reading ? [reading.question] : [])))).values();
    return readings.map((reading, index) => {
      const outcome = 'error' in reading ? reading : (outcomes.next().value as Outcome);
      const { id } = rows[index]!;
      return id === undefined ? outcome : { id, ...outcome };
    });
  }

  #read(row: InputRow): Reading {
    if ('error' in row) return { error: row.error };
    try {
      return { question: this.asking.task.read(row.fields) };
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      return { error: fault };
    }
  }

  async #ask(questions: readonly unknown[]): Promise<readonly Outcome[]> {
    const { task, lanes } = this.asking;
    const pieces = piecesOf(questions, task.form.rowsAtOnce);
    return (await Promise.all(pieces.map((piece) => lanes.run(() => isolating(piece, this.#answer))))).flat();
  }

  readonly #answer = async (questions: readonly unknown[]) => {
    const { task, asked, owner, signal, patienceMs, digest } = this.asking;
    const ask = () => {
      signal.throwIfAborted();
      return task.answer(questions, asked, bulkContext(owner, signal));
    };
    const { model, rows } = await patiently(ask, { patienceMs, signal });
    if (model.digest !== digest) throw new ModelChangedError(asked.model, digest, model.digest);
    return rows;
  };
}

function piecesOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
