import { z } from 'zod';
import { NAME_PATTERN } from './model-reference';

const label = z.string().min(1).max(200);
const shared = {
  /** The first column and the one behind the last, of the numbers that the graph gives for a token. */
  columns: z.tuple([z.int().min(0), z.int().positive()]).readonly(),
  /** One a column. */
  labels: z.array(label).min(1).readonly(),
};

/** Labels each word: `O`, and types with or without `B-` and `I-` before them. */
const tagsSchema = z.strictObject({
  kind: z.literal('tags'),
  ...shared,
  /** Scores, added to the logits, of moving from a label (row) to the next word's (column); -1,000 or less is impossible. Default: what BIO forbids is impossible, the rest 0. */
  transitions: z.array(z.array(z.number()).readonly()).readonly().optional(),
});

/** Judges the whole text by its first token. */
const classifySchema = z.strictObject({
  kind: z.literal('classify'),
  ...shared,
  /** Divides the logits before the softmax, so that the probabilities are calibrated. Default 1. */
  temperature: z.number().positive().optional(),
});

/** Heads side by side over one graph's output, by name; their columns do not overlap. */
export const tokenHeadsSchema = z
  .record(z.string().regex(NAME_PATTERN), z.discriminatedUnion('kind', [tagsSchema, classifySchema]))
  .superRefine((heads, context) => {
    for (const [name, head] of Object.entries(heads)) {
      const complaint = complaintOf(head) ?? overlapOf(name, heads);
      if (complaint) context.addIssue({ code: 'custom', path: [name, complaint.field], message: complaint.message });
    }
  });

export type TagsHead = z.output<typeof tagsSchema>;
export type ClassifyHead = z.output<typeof classifySchema>;
/** What some columns of a token's numbers say: a label a word (`tags`), or one of the whole text (`classify`). */
export type TokenHead = TagsHead | ClassifyHead;
export type TokenHeads = Readonly<Record<string, TokenHead>>;

/** A model of one head, whose columns are these labels. */
export function onlyTags(labels: readonly string[]): TokenHeads {
  return { tags: { kind: 'tags', columns: [0, labels.length], labels } };
}

interface Complaint {
  readonly field: string;
  readonly message: string;
}

function complaintOf(head: TokenHead): Complaint | undefined {
  const { columns: [from, to], labels } = head;
  const size = to - from;
  if (size < 1) return { field: 'columns', message: `expected the first column and the one behind the last, got [${from}, ${to}]` };
  if (labels.length !== size) return { field: 'labels', message: `expected one for each of the ${size} columns, got ${labels.length}` };
  if (new Set(labels).size !== size) return { field: 'labels', message: 'expected each only once' };
  const isSquare = head.kind === 'classify' || (head.transitions ?? labels.map(() => labels)).every((row, _, rows) => rows.length === size && row.length === size);
  return isSquare ? undefined : { field: 'transitions', message: `expected ${size} rows of ${size} scores` };
}

function overlapOf(name: string, heads: TokenHeads): Complaint | undefined {
  const [from, to] = heads[name]!.columns;
  const other = Object.entries(heads).find(([candidate, { columns }]) => candidate !== name && columns[0] < to && columns[1] > from);
  return other && { field: 'columns', message: `[${from}, ${to}] overlap those of '${other[0]}'` };
}
