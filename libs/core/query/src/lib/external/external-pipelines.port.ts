import type { RequestContext } from '@cortex/kernel';

/** Port: pipelines of another system, run by their names. Not here: who deploys them, what they take and give. */
export abstract class ExternalPipelines {
  /** Names of those that may be run, in order. @throws a CortexError of the kinds upstream and unavailable, the signal's reason */
  abstract list(context: RequestContext): Promise<readonly string[]>;
  /** Runs one with its inputs; what it gives, as JSON. @throws UnknownPipelineError, a CortexError of the kinds upstream and unavailable, the signal's reason */
  abstract run(name: string, inputs: Readonly<Record<string, unknown>>, context: RequestContext): Promise<unknown>;
}
