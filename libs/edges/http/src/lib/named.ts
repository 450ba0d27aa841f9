import { z, type ZodType } from 'zod';

/** The schemas that the OpenAPI document shows as components. */
export const schemaNames = z.registry<{ id: string }>();

/** Gives a schema its name in the OpenAPI document. */
export function named<Schema extends ZodType>(id: string, schema: Schema): Schema {
  schemaNames.add(schema, { id });
  return schema;
}

/** A number that is written as JSON; a typed array's elements are. */
export const numbers = z.array(z.number());
