import { parse } from 'yaml';
import { z } from 'zod';
import { fieldPath } from '../field-path';
import { InvalidDefinitionError } from '../nlp-pipeline.errors';
import { conditionSchema } from './condition';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'expected letters, digits, dots, dashes and underscores, at most 128');
const part = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'expected a name of letters, digits, dashes and underscores, at most 64').refine((as) => !RESERVED.has(as), 'expected a name that a Doc does not use itself');
const RESERVED = new Set(['text', 'offsetUnit', 'engines', 'windows', 'errors']);

export const stepEntrySchema = z.strictObject({
  /** The step's name. */
  use: z.string().min(1),
  /** Another name for its part, so that one step may be used twice. */
  as: part.optional(),
  /** Its parameters. */
  with: z.record(z.string(), z.unknown()).optional(),
  /** It runs for the texts that fulfil it; two steps with opposite conditions are two branches. */
  when: conditionSchema.optional(),
  /** Parts to wait for beyond those that the step needs. */
  needs: z.array(part).max(64).optional(),
});
export type StepEntry = z.output<typeof stepEntrySchema>;

/** A pipeline as data. Steps may stand in any order: each waits for the parts that it needs. */
export const definitionSchema = z.strictObject({ name, version: name, steps: z.array(stepEntrySchema).min(1).max(64) });
export type PipelineDefinition = z.output<typeof definitionSchema>;

/** Characters of a definition's source. */
const LONGEST = 1_000_000;

/** Reads JSON or YAML. @throws InvalidDefinitionError with the path of the first mistake */
export function parseDefinition(source: string): PipelineDefinition {
  if (source.length > LONGEST) throw new InvalidDefinitionError('definition', `expected at most ${LONGEST} characters`);
  return checkDefinition(parsed(source));
}

/** @throws InvalidDefinitionError with the path of the first mistake */
export function checkDefinition(value: unknown): PipelineDefinition {
  const { success, data, error } = definitionSchema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new InvalidDefinitionError(fieldPath(issue!.path) || 'definition', issue!.message);
}

function parsed(source: string): unknown {
  try {
    return parse(source, { maxAliasCount: 0 });
  } catch (error) {
    throw new InvalidDefinitionError('definition', `expected JSON or YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}
