import { AnonymizerParameterError, type CodePoints, type OperatorConfig, type Operators, type ScoredSpan, type TypedSpan } from '@cortex/nlp-pipeline';
import type { GivenOperators, GivenSpan } from './presidio-schemas';

/** Places of the text, from code points. Source of the rules and their words: presidio-anonymizer's PIIEntity. @throws AnonymizerParameterError */
export function spansOf(given: readonly GivenSpan[], points: CodePoints): TypedSpan[] {
  return given.map((span) => spanOf(span, points));
}

/** The same with scores. @throws AnonymizerParameterError */
export function scoredSpansOf(given: readonly GivenSpan[] | null | undefined, points: CodePoints): ScoredSpan[] {
  if (!given) throw new AnonymizerParameterError('Invalid input, request must contain analyzer results');
  return given.map((span) => {
    const typed = spanOf(span, points);
    if (typeof span.score !== 'number') throw new AnonymizerParameterError('Invalid input, analyzer result must contain score');
    return { ...typed, score: span.score };
  });
}

function spanOf(given: GivenSpan, points: CodePoints): TypedSpan {
  const start = placeOf(given, 'start');
  const end = placeOf(given, 'end');
  const { entity_type: type } = given;
  if (typeof type !== 'string' || type === '') throw new AnonymizerParameterError('Invalid input, result must contain entity_type');
  if (start < 0 || end < 0) throw new AnonymizerParameterError('Invalid input, result start and end must be positive');
  if (start > end) throw new AnonymizerParameterError(`Invalid input, start index '${start}' must be smaller than end index '${end}'`);
  if (end > points.length) {
    throw new AnonymizerParameterError(`Invalid analyzer result, start: ${start} and end: ${end}, while text length is only ${points.length}.`);
  }
  return { type, start: points.offsetOf(start), end: points.offsetOf(end) };
}

function placeOf(given: GivenSpan, name: 'start' | 'end'): number {
  const value = given[name] ?? undefined;
  if (value === undefined) throw new AnonymizerParameterError(`Invalid input, result must contain ${name}`);
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new AnonymizerParameterError(`Invalid parameter value for ${name}. Expecting 'number', but got '${typeof value}'.`);
  }
  return value;
}

/** @throws AnonymizerParameterError */
export function operatorsOf(given: GivenOperators | null | undefined): Operators {
  return Object.fromEntries(Object.entries(given ?? {}).map(([entity, config]) => [entity, operatorOf(config)]));
}

function operatorOf(config: Readonly<Record<string, unknown>>): OperatorConfig {
  const { type } = config;
  if (typeof type !== 'string' || type === '') throw new AnonymizerParameterError('Invalid input, operator config must contain operator_name');
  return { ...config, type };
}
