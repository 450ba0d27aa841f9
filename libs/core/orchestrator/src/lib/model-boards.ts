import type { Telemetry } from '@cortex/kernel';
import { ModelGauges } from './model-gauges';
import { ModelMetrics } from './model-metrics';
import { StatisticsBoard, type ModelStatistics } from './model-statistics';
import type { ServedModel } from './served-model';

/** The figures of one variant. */
export interface ModelBoard {
  readonly metrics: ModelMetrics;
  readonly statistics: StatisticsBoard;
}

/** The figures of every variant that was ever chosen; they stay when the model goes. */
export class ModelBoards {
  /** By address: a file that is replaced goes on counting. Bounded by what the registry knows. */
  readonly #boards = new Map<string, ModelBoard>();

  readonly #gauges: ModelGauges;

  constructor(private readonly telemetry: Telemetry) {
    this.#gauges = new ModelGauges(telemetry);
  }

  of(served: ServedModel): ModelBoard {
    const key = `${served.name}@${served.version}+${served.variant}`;
    let board = this.#boards.get(key);
    if (!board) this.#boards.set(key, (board = { metrics: new ModelMetrics(this.telemetry, served, this.#gauges), statistics: new StatisticsBoard(served) }));
    board.statistics.model = served;
    return board;
  }

  statistics(): ModelStatistics[] {
    return [...this.#boards.values()].map(({ statistics }) => statistics.read());
  }
}
