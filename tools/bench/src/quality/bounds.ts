import { figure, type Figure } from '../report';
import type { Measured } from './topic';

interface Bound {
  readonly measure: string;
  /** Whom it was set for; absent: whoever is measured. */
  readonly model?: string;
  readonly atLeast: number;
  readonly aim: number;
}

/** What was asked for. */
const BOUNDS: readonly Bound[] = [
  { measure: 'WikiANN-en dev, strict span F1', model: 'cortex-nlp-en', atLeast: 0.8, aim: 0.84 },
  { measure: 'WNUT17 dev, strict span F1', model: 'cortex-nlp-en', atLeast: 0.48, aim: 0.58 },
  { measure: 'SST-2 held-out sentences, accuracy', model: 'cortex-nlp-en', atLeast: 0.9, aim: 0.93 },
  { measure: 'Cranfield, nDCG@10', model: 'cortex-embed-en', atLeast: 0.345, aim: 0.37 },
  { measure: 'personal data that rules find, recall', atLeast: 0.97, aim: 0.99 },
  { measure: 'personal data that rules find, precision', atLeast: 0.95, aim: 0.98 },
  { measure: 'personal data with names, recall', model: 'cortex-nlp-en', atLeast: 0.97, aim: 0.99 },
  { measure: 'personal data with names, precision', model: 'cortex-nlp-en', atLeast: 0.95, aim: 0.98 },
];
const INT8_AGAINST_FP32 = { atLeast: -0.01, aim: -0.005 };

/** The figures that have a bound: of a model the file that is served, and how much int8 loses where fp32 lies beside it. */
export function bounded(measured: readonly Measured[]): readonly Figure[] {
  return [...served(measured).flatMap(held), ...losses(measured)];
}

/** int8 where there is one. */
function served(measured: readonly Measured[]): readonly Measured[] {
  return measured.filter((one) => one.variant !== 'fp32' || twin(measured, one, 'int8') === undefined);
}

function held({ measure, model, variant, value }: Measured): readonly Figure[] {
  const bound = BOUNDS.find((one) => one.measure === measure && (one.model === undefined || one.model === model));
  return bound ? [figure(parts(model === undefined ? measure : `${model}+${variant}: ${measure}`, value), bound)] : [];
}

function losses(measured: readonly Measured[]): readonly Figure[] {
  return measured.flatMap((int8) => {
    const fp32 = int8.variant === 'int8' ? twin(measured, int8, 'fp32') : undefined;
    return fp32 ? [figure(parts(`${int8.model}, int8 against fp32: ${int8.measure}`, int8.value - fp32.value), INT8_AGAINST_FP32)] : [];
  });
}

function twin(measured: readonly Measured[], { measure, model }: Measured, variant: string): Measured | undefined {
  return measured.find((one) => one.measure === measure && one.model === model && one.variant === variant);
}

function parts(name: string, value: number) {
  return { suite: 'quality', case: name, value, unit: '', reference: 'the data set', samples: [] };
}
