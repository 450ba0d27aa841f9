import { DuplicateOutputError, OutputNotMadeError, PipelineCycleError } from '../nlp-pipeline.errors';
import type { Step } from '../step';
import { partsOf, type Condition } from './condition';

/** A step in its place in a pipeline. */
export interface PlacedStep {
  readonly step: Step;
  /** The name of its part; default what the step gives. */
  readonly as: string;
  /** It runs for the texts that fulfil it. */
  readonly when?: Condition;
  /** Parts that must be there before, beyond those that the step itself needs. */
  readonly after?: readonly string[];
  /** Where it stands, for messages: `steps[2]`. */
  readonly path: string;
}

export interface PlannedStep extends PlacedStep {
  /** Parts without which a text is left out. */
  readonly needs: readonly string[];
  /** Parts that are waited for: what it needs, what it uses where that is made, what its condition asks. */
  readonly waitsFor: readonly string[];
}

/** Steps in an order in which each comes after those that it waits for. @throws DuplicateOutputError, OutputNotMadeError, PipelineCycleError */
export function planOf(placed: readonly PlacedStep[]): readonly PlannedStep[] {
  const made = new Map<string, PlacedStep>();
  for (const place of placed) {
    if (made.has(place.as)) throw new DuplicateOutputError(`${place.path}.as`, place.as);
    made.set(place.as, place);
  }
  const planned = new Map(placed.map((place) => [place.as, waiting(place, made)]));
  return inOrder(planned);
}

function waiting(place: PlacedStep, made: ReadonlyMap<string, PlacedStep>): PlannedStep {
  const { step, as, path, when = {}, after = [] } = place;
  const needs = [...step.needs, ...after];
  const asked = partsOf(when);
  for (const part of [...needs, ...asked]) if (!made.has(part)) throw new OutputNotMadeError(path, step.name, part);
  const used = (step.uses ?? []).filter((part) => made.has(part) && part !== as);
  return { ...place, needs, waitsFor: [...new Set([...needs, ...asked, ...used])] };
}

/** Depth first; the parts on the way down are the cycle when one is met again. */
function inOrder(planned: ReadonlyMap<string, PlannedStep>): readonly PlannedStep[] {
  const ordered = new Set<PlannedStep>();
  const visit = (part: string, above: readonly string[]): void => {
    if (above.includes(part)) throw new PipelineCycleError([...above.slice(above.indexOf(part)), part]);
    const step = planned.get(part)!;
    if (ordered.has(step)) return;
    for (const other of step.waitsFor) visit(other, [...above, part]);
    ordered.add(step);
  };
  for (const part of planned.keys()) visit(part, []);
  return [...ordered];
}
