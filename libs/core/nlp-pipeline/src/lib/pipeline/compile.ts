import type { StepKinds } from '../steps/step-kinds';
import { partsOf } from './condition';
import type { PipelineDefinition, StepEntry } from './definition';
import { Pipeline, type PipelineParts } from './pipeline';

/** The pipeline that a definition describes, checked whole. @throws UnknownStepError, InvalidDefinitionError, OutputNotMadeError, DuplicateOutputError, PipelineCycleError */
export function compile({ steps }: Pick<PipelineDefinition, 'steps'>, kinds: StepKinds, given: PipelineParts): Pipeline {
  const compiled = steps.reduce((pipeline, entry, index) => placed(pipeline, entry, { kinds, path: `steps[${index}]` }), Pipeline.with(given) as Pipeline);
  compiled.plan();
  return compiled;
}

function placed(pipeline: Pipeline, { use, as, with: parameters, when, needs }: StepEntry, { kinds, path }: { readonly kinds: StepKinds; readonly path: string }): Pipeline {
  const step = kinds.get(use, `${path}.use`)(parameters, `${path}.with`);
  return pipeline.use(step, { ...(as !== undefined && { as }), ...(when && { when }), ...(needs && { after: needs }) });
}

/** With steps that give what is needed and nobody gives, so that a caller need not name them; of two steps for one part the later stands. */
export function completed(steps: readonly StepEntry[], kinds: StepKinds): readonly StepEntry[] {
  const byPart = new Map<string, NeededEntry>();
  for (const [index, entry] of steps.entries()) {
    const step = kinds.get(entry.use, `steps[${index}].use`)(entry.with, `steps[${index}].with`);
    byPart.set(entry.as ?? step.gives, { entry, needs: [...step.needs, ...(entry.needs ?? []), ...partsOf(entry.when ?? {})] });
  }
  for (const { needs } of byPart.values()) for (const part of needs) add(byPart, part, kinds); // a map's iteration reaches what is added meanwhile
  return Array.from(byPart.values(), ({ entry }) => entry);
}

interface NeededEntry {
  readonly entry: StepEntry;
  readonly needs: readonly string[];
}

function add(byPart: Map<string, NeededEntry>, part: string, kinds: StepKinds): void {
  const maker = byPart.has(part) ? undefined : kinds.makerOf(part);
  if (maker) byPart.set(part, { entry: { use: maker.use }, needs: maker().needs });
}
