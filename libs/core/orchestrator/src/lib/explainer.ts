import type { Work } from '@cortex/inference';
import { PRIORITIES, type Priority, type RequestContext } from '@cortex/kernel';
import type { ResolvedModel } from '@cortex/model-registry';
import type { Governor, Residency } from '@cortex/resource-governor';
import type { RowCache } from './cached-rows';
import { demandOf, runMsOf } from './demand';
import type { Explanation } from './explanation';
import type { Candidate } from './served-model';
import type { SessionPool } from './session-pool';

export interface ExplainerParts {
  readonly sessions: Pick<SessionPool, 'foresee' | 'peek'>;
  readonly cache: Pick<RowCache, 'find'>;
  readonly governor: Pick<Governor, 'forecast'>;
  readonly residency: Pick<Residency, 'plan'>;
}

/** Says what a request would go through, by asking every room what it would do. Changes nothing, loads nothing. */
export class Explainer {
  constructor(private readonly parts: ExplainerParts) {}

  /** `work` is absent where it cannot be read before the model is loaded. @throws LoadFailedError where the model is known not to load */
  async explain(model: ResolvedModel, work: Work | undefined, context: RequestContext): Promise<Explanation> {
    const { version } = model;
    const candidate = await this.parts.sessions.foresee(model);
    const about = { version: versionOf(model), ...this.#sessionOf(model, candidate) };
    if (!candidate) return { model: { name: version.name, version: version.version }, ...about };

    if (!work) return { model: candidate.served, variant: candidate.choice, ...about };

    const cached = work.kind === 'tokens' ? await this.parts.cache.find(candidate, work, context) : undefined;
    const rest = cached ? cached.rest() : work;
    const cache = cached && { rows: cached.size, hits: cached.size - cached.missing.length };
    const explained = { model: candidate.served, variant: candidate.choice, ...about, ...(cache && { cache }) };
    if (cached?.missing.length === 0) return explained;

    const { live } = this.parts.sessions.peek(model);
    const pace = live?.pace ?? 1;
    const demand = demandOf(rest, candidate.costModel, pace);
    const admission = await this.parts.governor.forecast(demand, context);
    const { session, queue } = about;
    const waitMs = admission.waitMs + session.loadMs + queue.backlogMs;
    return { ...explained, demand, admission, predicted: { waitMs, runMs: pace * runMsOf(rest, candidate.costModel) } };
  }

  #sessionOf(model: ResolvedModel, candidate: Candidate | undefined): Pick<Explanation, 'session' | 'queue'> {
    const { live, loading } = this.parts.sessions.peek(model);
    const state = live ? 'loaded' : loading ? 'loading' : 'not loaded';
    const memory = candidate && this.parts.residency.plan({ key: candidate.sessionKey, identity: candidate.served.digest, bytes: candidate.memoryBytes });
    return {
      session: { state, loadMs: live ? 0 : (candidate?.loadMs ?? 0), ...(memory && { memory }) },
      queue: { waiting: depths((priority) => live?.depth(priority) ?? 0), backlogMs: live?.backlogMs ?? 0 },
    };
  }
}

function depths(depth: (priority: Priority) => number): Record<Priority, number> {
  return Object.fromEntries(PRIORITIES.map((priority) => [priority, depth(priority)])) as Record<Priority, number>;
}

function versionOf({ alias, rollout }: ResolvedModel): Explanation['version'] {
  if (!rollout) return { ...(alias !== undefined && { alias }) };
  const { arm, draw, weight, stable, shadow } = rollout;
  return { ...(alias !== undefined && { alias }), rollout: { arm, draw, weight, stable: stable.version, ...(shadow && { shadow: shadow.version }) } };
}
