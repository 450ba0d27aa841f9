import type { ModelVersion, ResolvedModel, Task } from '@cortex/model-registry';

export interface ResolveRequest {
  /** The default of the first of the tasks that has one when absent. */
  readonly model?: string;
  /** What it is wanted for, the preferred one first. */
  readonly tasks: readonly [Task, ...Task[]];
}

/** What a model's folder says of it, before it is asked. */
export interface ModelProfile extends Pick<ModelVersion, 'name' | 'version' | 'task' | 'labels'> {
  /** What it is made for (ISO 639-1); absent where its folder does not say. */
  readonly languages?: readonly string[];
}

/** Of a model in a rollout what holds for both versions: where the one that is tried fails, the stable one answers. */
export function profileOf({ version, rollout }: ResolvedModel): ModelProfile {
  const { name, version: number, task, labels } = version;
  const languages = common(version.languages, rollout?.stable.languages);
  return { name, version: number, task, ...(labels && { labels }), ...(languages && { languages }) };
}

/** Of two that may say nothing. */
function common(one: readonly string[] | undefined, other: readonly string[] | undefined): readonly string[] | undefined {
  return one && other ? one.filter((language) => other.includes(language)) : (one ?? other);
}
