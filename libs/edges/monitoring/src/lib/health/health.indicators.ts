import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Component } from './component';
import { HealthBoard } from './health-board';
import { Readiness } from './readiness';

/** The board and the readiness, in the words of terminus. */
@Injectable()
export class HealthIndicators {
  constructor(private readonly terminus: HealthIndicatorService, private readonly board: HealthBoard, private readonly readiness: Readiness) {}

  parts(): (() => HealthIndicatorResult)[] {
    return [...this.board.parts()].map(([name, part]) => () => this.#resultOf(name, part));
  }

  ready(): HealthIndicatorResult {
    const indicator = this.terminus.check('inference');
    const { report } = this.readiness;
    return report.state === 'ready' ? indicator.up(report) : indicator.down(report);
  }

  /** What is starting, and a dependency that is down, leave the rest able to serve. */
  #resultOf(name: string, part: Component): HealthIndicatorResult {
    const indicator = this.terminus.check(name);
    const { health } = part;
    if (health.state === 'up') return indicator.up({ ...health });
    return health.state === 'down' && health.kind !== 'dependency' ? indicator.down({ ...health }) : indicator.degraded({ ...health });
  }
}
