import { quote } from '@cortex/kernel';
import { InvalidFilterError, InvalidMetadataError } from '../query.errors';
import { RANGES, type Filter, type Range } from './filter';
import { fieldType, scalarOf, type FieldType, type MetadataSchema, type Scalar } from './metadata';

const MAX_DEPTH = 8;
const MAX_CONDITIONS = 100;
const MAX_VALUES = 1_000;

/**
 * Reads the filter language that LangChain, Pinecone and Chroma share: `{ year: { $gte: 2020 }, $or: [{ lang: 'en' }, { lang: { $exists: false } }] }`.
 * Operators: `$eq $ne $gt $gte $lt $lte $in $nin $exists`, `$and $or $not`; a bare value is `$eq`, a bare list `$in`.
 * A document without a field is matched by `$ne` and `$nin`; a field with several values by any of them.
 * @throws InvalidFilterError with the path of the mistake: a field that is not allowed, an unknown operator, a value of another type, above the limits
 */
export function parseFilter(given: unknown, schema?: MetadataSchema): Filter {
  return new FilterReader(schema).filter(given, '$', 0);
}

class FilterReader {
  private conditions = 0;

  constructor(private readonly schema: MetadataSchema | undefined) {}

  filter(given: unknown, path: string, depth: number): Filter {
    if (depth > MAX_DEPTH) throw new InvalidFilterError(path, `expected at most ${MAX_DEPTH} levels`);
    return all(Object.entries(objectOf(given, path)).map(([key, value]) => this.entry(key, value, { path: `${path}.${quote(key)}`, depth })));
  }

  private entry(key: string, value: unknown, { path, depth }: { path: string; depth: number }): Filter {
    this.count(path);
    switch (key) {
      case '$and':
      case '$or':
        return { kind: key === '$and' ? 'and' : 'or', parts: listOf(value, path).map((part, place) => this.filter(part, `${path}[${place}]`, depth + 1)) };
      case '$not':
        return { kind: 'not', part: this.filter(value, path, depth + 1) };
      default:
        return this.field(key, value, path);
    }
  }

  private field(name: string, value: unknown, path: string): Filter {
    const field: Field = { name, type: refusedAs(path, () => fieldType(name, this.schema)) };
    if (Array.isArray(value)) return among(field, value, path);
    if (typeof value !== 'object' || value === null) return among(field, [value], path);
    return all(Object.entries(objectOf(value, path)).map(([operator, operand]) => this.condition(field, operator, { operand, path: `${path}.${quote(operator)}` })));
  }

  private condition(field: Field, operator: string, { operand, path }: Operand): Filter {
    this.count(path);
    switch (operator) {
      case '$eq':
        return among(field, [operand], path);
      case '$ne':
        return { kind: 'not', part: among(field, [operand], path) };
      case '$in':
        return among(field, listOf(operand, path), path);
      case '$nin':
        return { kind: 'not', part: among(field, listOf(operand, path), path) };
      case '$exists':
        return exists(field, operand, path);
      default:
        return range(field, operator, { operand, path });
    }
  }

  private count(path: string): void {
    this.conditions += 1;
    if (this.conditions > MAX_CONDITIONS) throw new InvalidFilterError(path, `expected at most ${MAX_CONDITIONS} conditions`);
  }
}

interface Field {
  readonly name: string;
  readonly type: FieldType | undefined;
}

interface Operand {
  readonly operand: unknown;
  readonly path: string;
}

function among(field: Field, values: readonly unknown[], path: string): Filter {
  if (values.length > MAX_VALUES) throw new InvalidFilterError(path, `expected at most ${MAX_VALUES} values, got ${values.length}`);
  return { kind: 'in', field: field.name, values: values.map((value) => operandOf(field, value, path)) };
}

function exists(field: Field, operand: unknown, path: string): Filter {
  if (typeof operand !== 'boolean') throw new InvalidFilterError(path, `expected true or false, got ${quote(operand)}`);
  const there: Filter = { kind: 'exists', field: field.name };
  return operand ? there : { kind: 'not', part: there };
}

function range(field: Field, operator: string, { operand, path }: Operand): Filter {
  const kind = operator.slice(1) as Range;
  if (!operator.startsWith('$') || !RANGES.includes(kind)) {
    throw new InvalidFilterError(path, 'expected $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin or $exists');
  }
  const value = operandOf(field, operand, path);
  if (typeof value === 'boolean') throw new InvalidFilterError(path, 'expected text, a number or a date: truth values have no order');
  return { kind, field: field.name, value };
}

function operandOf({ name, type }: Field, value: unknown, path: string): Scalar {
  return refusedAs(path, () => scalarOf(name, value, type));
}

/** Tells of a value's mistake at its place in the filter. */
function refusedAs<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof InvalidMetadataError ? new InvalidFilterError(path, error.reason) : error;
  }
}

function all(parts: readonly Filter[]): Filter {
  return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
}

function objectOf(given: unknown, path: string): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new InvalidFilterError(path, `expected an object, got ${quote(given)}`);
  return given;
}

function listOf(given: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(given)) throw new InvalidFilterError(path, `expected a list, got ${quote(given)}`);
  return given;
}
