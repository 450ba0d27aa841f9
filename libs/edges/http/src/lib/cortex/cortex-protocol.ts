import { grants, type Principal } from '@cortex/identity';
import { Governor, Residency, type NotedDecision } from '@cortex/resource-governor';
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
      route({ method: 'GET', url: '/v1/governor', scope: 'infer', summary: 'How much may be, is, waits and was decided', response: governorReport, example: {}, handle: ({ principal }) => this.#report(principal) }),
    ];
  }

  async #report(principal: Principal): Promise<Answer> {
    const decisions = this.governor.decisions().filter((decision) => concerns(decision, principal));
    return { ...(await this.governor.report()), residency: this.residency.state(), decisions };
  }
}

/** Another tenant's refusals are for an admin's eyes only. */
function concerns({ tenant }: NotedDecision, principal: Principal): boolean {
  return tenant === undefined || tenant === principal.tenant || grants(principal, 'admin');
}
