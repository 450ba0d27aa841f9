import type { BatchReport } from '@cortex/batching';
import { CortexError, type Metric, type Telemetry, type Timings } from '@cortex/kernel';
import type { ModelGauges, Watched } from './model-gauges';
import type { ServedModel } from './served-model';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const POWERS_OF_TWO = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

const DURATION: Metric<'model' | 'version' | 'stage'> = { name: 'cortex_inference_duration_seconds', help: 'Time of a request in each stage', labels: ['model', 'version', 'stage'], buckets: SECONDS };
const REQUESTS: Metric<'model' | 'version' | 'outcome'> = { name: 'cortex_inference_requests_total', help: 'Requests by outcome', labels: ['model', 'version', 'outcome'] };
const ROWS: Metric<'model'> = { name: 'cortex_inference_rows_total', help: 'Rows answered', labels: ['model'] };
const BATCH_ROWS: Metric<'model'> = { name: 'cortex_batch_rows', help: 'Rows in a batch', labels: ['model'], buckets: POWERS_OF_TWO.slice(0, 9) };
const BATCH_TOKENS: Metric<'model'> = { name: 'cortex_batch_tokens', help: 'Tokens in a batch, padding excluded', labels: ['model'], buckets: POWERS_OF_TWO };
const PADDING: Metric<'model'> = { name: 'cortex_batch_padding_ratio', help: 'Padding in a batch, as a part of its cells', labels: ['model'], buckets: [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75] };

/** The figures of one model, its labels bound once so that the hot path only adds numbers. */
export class ModelMetrics {
  readonly #stage: Record<'queue' | 'tokenize' | 'run' | 'total', (seconds: number) => void>;
  readonly #answered: (by?: number) => void;
  readonly #rows: (by?: number) => void;
  readonly #batchRows: (rows: number) => void;
  readonly #batchTokens: (tokens: number) => void;
  readonly #padding: (ratio: number) => void;

  constructor(private readonly telemetry: Telemetry, private readonly model: ServedModel, private readonly gauges: ModelGauges) {
    const { name, version } = model;
    const stage = (name_: string) => telemetry.histogram(DURATION, { model: name, version, stage: name_ });
    this.#stage = { queue: stage('queue'), tokenize: stage('tokenize'), run: stage('run'), total: stage('total') };
    this.#answered = telemetry.counter(REQUESTS, { model: name, version, outcome: 'ok' });
    this.#rows = telemetry.counter(ROWS, { model: name });
    this.#batchRows = telemetry.histogram(BATCH_ROWS, { model: name });
    this.#batchTokens = telemetry.histogram(BATCH_TOKENS, { model: name });
    this.#padding = telemetry.histogram(PADDING, { model: name });
  }

  answered(rows: number, totalMs: number, { queueMs, tokenizeMs, runMs }: Timings): void {
    this.#answered();
    this.#rows(rows);
    this.#stage.total((totalMs + (tokenizeMs ?? 0)) / 1000);
    if (queueMs !== undefined) this.#stage.queue(queueMs / 1000);
    if (tokenizeMs !== undefined) this.#stage.tokenize(tokenizeMs / 1000);
    if (runMs !== undefined) this.#stage.run(runMs / 1000);
  }

  failed(error: unknown): void {
    const { name, version } = this.model;
    this.telemetry.counter(REQUESTS, { model: name, version, outcome: error instanceof CortexError ? error.kind : 'internal' })();
  }

  ran({ rows, tokens, paddedTokens }: BatchReport): void {
    this.#batchRows(rows);
    this.#batchTokens(tokens);
    this.#padding(paddedTokens > 0 ? 1 - tokens / paddedTokens : 0);
  }

  /** Reads a loaded session of the model until it is disposed. */
  watch(session: Watched): Disposable {
    return this.gauges.watch(this.model.name, session);
  }
}
