import type { z } from 'zod';
import { fieldPath } from '../field-path';
import { InvalidDefinitionError } from '../nlp-pipeline.errors';
import type { DocInWork, Outcome, Step } from '../step';
import type { Run } from '../run';

export interface StepPlan<Part extends string, Value> {
  readonly gives: Part;
  readonly needs?: readonly string[];
  readonly uses?: readonly string[];
  readonly warmUp?: () => Promise<void>;
  readonly run: (docs: readonly DocInWork[], run: Run) => Promise<readonly Outcome<Value>[]>;
}

/** Makes a step from its parameters; `use` is its name in definitions. */
export interface StepKind<Schema extends z.ZodType = z.ZodType, Part extends string = string, Value = unknown> {
  /** @throws InvalidDefinitionError naming the parameter, behind `path` */
  (parameters?: z.input<Schema>, path?: string): Step<Part, Value>;
  readonly use: string;
  readonly parameters: Schema;
  /** Parameters that work, where some must be given. */
  readonly example: z.input<Schema> | undefined;
}

export interface StepDefinition<Schema extends z.ZodType, Part extends string, Value> {
  readonly use: string;
  /** Strict: an unknown parameter is a mistake. */
  readonly parameters: Schema;
  /** For the documentation, where a parameter must be given. */
  readonly example?: z.input<Schema>;
  readonly make: (parameters: z.output<Schema>) => StepPlan<Part, Value>;
}

/** A kind of step, for TypeScript as a function and for definitions by its name and schema. */
export function defineStep<Schema extends z.ZodType, Part extends string, Value>(definition: StepDefinition<Schema, Part, Value>): StepKind<Schema, Part, Value> {
  const { use, parameters: schema, example, make } = definition;
  const kind = (parameters: unknown = {}, path = use): Step<Part, Value> => {
    const { needs = [], uses = [], warmUp = async () => undefined, gives, run } = make(parse(schema, parameters, path));
    return { name: use, gives, needs, uses, warmUp, run };
  };
  return Object.assign(kind, { use, parameters: schema, example });
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, path: string): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new InvalidDefinitionError(fieldPath(issue!.path, path), issue!.message);
}
