import type { PipelineDefinition } from './definition';

/** All that is kept of a pipeline name. Versions never change once stored; aliases move. */
export interface PipelineRecord {
  readonly name: string;
  /** 1 for the first that is stored, then one more each time. */
  readonly revision: number;
  readonly versions: Readonly<Record<string, PipelineDefinition>>;
  /** Version by alias. */
  readonly aliases: Readonly<Record<string, string>>;
}
