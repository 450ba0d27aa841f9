import { Governor, Residency } from '@cortex/resource-governor';
import { Injectable } from '@nestjs/common';
import { Protocol, route, type Answer, type Route } from '../route';
import { governorReport } from './cortex-schemas';

/** Cortex's own operations: what no other protocol has a word for. */
@Injectable()
export class CortexProtocol extends Protocol {
  readonly name = 'Cortex';

  constructor(private readonly governor: Governor, private readonly residency: Residency) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route({ method: 'GET', url: '/v1/governor', scope: 'infer', summary: 'How much may be, is, waits and was decided', response: governorReport, example: {}, handle: () => this.#report() }),
    ];
  }

  async #report(): Promise<Answer> {
    return { ...(await this.governor.report()), residency: this.residency.state(), decisions: this.governor.decisions() };
  }
}
