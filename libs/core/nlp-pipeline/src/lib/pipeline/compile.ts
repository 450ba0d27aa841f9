import type { StepKinds } from '../steps/step-kinds';
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

/** Before a step whose needs nobody gives: the steps that do, with their defaults, so that a caller need not name them. */
export function completed(steps: readonly StepEntry[], kinds: StepKinds): readonly StepEntry[] {
  const all = [...steps];
  const given = new Set<string>();
  for (const [index, { use, as, with: parameters }] of steps.entries()) given.add(as ?? kinds.get(use, `steps[${index}].use`)(parameters, `steps[${index}].with`).gives);
  for (let at = 0; at < all.length; at += 1) {
    const { use, with: parameters, when = {}, needs: after = [] } = all[at]!;
    const missing = [...kinds.get(use, use)(parameters).needs, ...after, ...Object.keys(when).map((path) => path.split('.')[0]!)].filter((part) => !given.has(part));
    for (const part of missing) {
      const maker = kinds.makerOf(part);
      if (maker === undefined || given.has(part)) continue;
      given.add(part);
      all.push({ use: maker.use });
    }
  }
  return all;
}
