import type { RequestContext } from '@cortex/kernel';
import type { Task } from '@cortex/model-registry';
import type { ServedModel } from '@cortex/orchestrator';
import type { ZodType } from 'zod';
import type { Column, ColumnValue } from '../formats/row-format.port';

/** What a task is called, and what it needs. */
export interface TaskForm {
  /** As a job names it: `embed`, `rerank`, … */
  readonly name: string;
  /** Models that can do it, by their own task, the preferred kind first. */
  readonly models: readonly [Task, ...Task[]];
  /** The names that a row holds. */
  readonly fields: readonly string[];
  /** What a job may say of it, with its defaults; the output is what `answer` gets. */
  readonly parameters: ZodType;
  /** Most rows of one question to the model; 1 where each row is a request of its own. */
  readonly rowsAtOnce: number;
}

/** Whom to ask, and how. */
export interface Asked {
  /** A reference that always means the same files. */
  readonly model: string;
  readonly parameters: unknown;
}

export interface Answers {
  readonly model: ServedModel;
  /** For each row, in their order, a value for each column. */
  readonly rows: readonly (readonly ColumnValue[])[];
}

/** What is asked of rows, and what their answers look like. It asks models, and nothing else. */
export abstract class RowTask<Question = unknown> {
  abstract readonly form: TaskForm;
  /** What a row asks. @throws BadRowError, or another error of kind `invalid`, where it asks nothing that can be answered */
  abstract read(fields: Readonly<Record<string, unknown>>): Question;
  /** Asks the model something, to know which one answers and what the answers look like. @throws what `answer` throws */
  abstract columns(asked: Asked, context: RequestContext): Promise<{ readonly model: ServedModel; readonly columns: readonly Column[] }>;
  /** All or nothing. @throws RowFaultError where one row is to blame and it is known which, and what the models throw */
  abstract answer(questions: readonly Question[], asked: Asked, context: RequestContext): Promise<Answers>;
}
