import { z } from 'zod';

/** Most inputs of one gate, golden and labelled each. */
const MOST_INPUTS = 2_000;
const MOST_CHARACTERS = 10_000;
const MOST_COMPONENTS = 16_384;

const inputs = z.array(z.string().max(MOST_CHARACTERS)).min(1).max(MOST_INPUTS).readonly();
const label = z.string().max(1_000);
const vector = z.array(z.number()).min(1).max(MOST_COMPONENTS).readonly();

/** What a version must show before an alias moves to it: every part that is given must hold, and one at least is given. */
export const gateSpecSchema = z
  .strictObject({
    /** Inputs with the answers expected of them: vectors to embed, labels to classify. */
    golden: z
      .strictObject({
        inputs,
        expected: z.array(z.union([vector, label])).min(1).max(MOST_INPUTS).readonly(),
        /** Vectors: least cosine, default 0.99. Labels must be equal. */
        minCosine: z.number().min(-1).max(1).optional(),
      })
      .refine((golden) => golden.inputs.length === golden.expected.length, 'expected as many answers as inputs')
      .optional(),
    /** A labelled set with the least accuracy. */
    labelled: z
      .strictObject({ inputs, labels: z.array(label).min(1).max(MOST_INPUTS).readonly(), minAccuracy: z.number().min(0).max(1) })
      .refine((labelled) => labelled.inputs.length === labelled.labels.length, 'expected as many labels as inputs')
      .optional(),
    /** Highest 95th percentile of single requests, milliseconds. */
    maxP95Ms: z.number().positive().optional(),
    /** Highest measured resident memory of the loaded model, bytes. */
    maxMemoryBytes: z.number().positive().optional(),
  })
  .refine((gate) => Object.values(gate).some((part) => part !== undefined), 'expected golden, labelled, maxP95Ms or maxMemoryBytes');

/** What a version must show before an alias moves to it. */
export type GateSpec = Readonly<z.output<typeof gateSpecSchema>>;

/** One part of a gate: what was measured against what was asked. */
export interface GateCheck {
  readonly part: 'loads' | 'golden' | 'labelled' | 'p95' | 'memory';
  readonly passed: boolean;
  readonly measured?: number;
  readonly bound?: number;
  /** For people: which input failed, or why it could not be measured. */
  readonly detail?: string;
}

/** What running a gate gave; kept whether it passed or not. */
export interface GateReport {
  readonly alias: string;
  readonly version: string;
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
  readonly passed: boolean;
  readonly checks: readonly GateCheck[];
}
