import { createHash, randomBytes } from 'node:crypto';
import { quote } from '@cortex/kernel';
import { decryptText, encryptText, isAesKey } from './aes-text';
import { AnonymizerParameterError, DecryptionFailedError } from './pii.errors';

/** What shall be done with a type of finding: an operator's name, and its parameters as Presidio names them. */
export interface OperatorConfig {
  readonly type: string;
  readonly [parameter: string]: unknown;
}

/** A piece of text that an operator works on. */
export interface Piece {
  readonly text: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

type Operator = (piece: Piece, parameters: OperatorConfig) => string;

const SALT_BYTES = { least: 16, made: 32 };

/** What takes personal data out of a text. */
export const ANONYMIZERS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['encrypt', ({ text }, parameters) => encryptText(text, keyOf(parameters))],
  ['hash', ({ text }, parameters) => hash(text, parameters)],
  ['keep', ({ text }) => text],
  ['mask', ({ text }, parameters) => mask(text, parameters)],
  ['redact', () => ''],
  ['replace', ({ type }, parameters) => optional(parameters, 'new_value', 'string') || `<${type}>`],
]);

/** What puts it back. */
export const DEANONYMIZERS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['decrypt', (piece, parameters) => decrypt(piece, keyOf(parameters))],
  ['deanonymize_keep', ({ text }) => text],
]);

/** @throws AnonymizerParameterError */
export function operate(piece: Piece, config: OperatorConfig, operators: ReadonlyMap<string, Operator>): string {
  const operator = operators.get(config.type);
  if (!operator) throw new AnonymizerParameterError(`Invalid operator class '${quote(config.type)}'.`);
  return operator(piece, config);
}

function decrypt(piece: Piece, key: Uint8Array): string {
  try {
    return decryptText(piece.text, key);
  } catch {
    throw new DecryptionFailedError(piece.start, piece.end); // the cause could carry the text
  }
}

/** The digest of text and salt; a salt of its own for every piece unless one is given, so that nobody tries out all phone numbers. */
function hash(text: string, parameters: OperatorConfig): string {
  const type = parameters['hash_type'] ?? 'sha256';
  if (type !== 'sha256' && type !== 'sha512') {
    throw new AnonymizerParameterError(`Parameter hash_type value ${quote(type)} is not in range of values ['sha256', 'sha512']`);
  }
  return createHash(type).update(text, 'utf8').update(saltOf(parameters)).digest('hex');
}

function saltOf(parameters: OperatorConfig): Uint8Array {
  const given = optional(parameters, 'salt', 'string');
  if (given === undefined) return randomBytes(SALT_BYTES.made);
  const salt = Buffer.from(given, 'utf8');
  if (salt.length >= SALT_BYTES.least) return salt;
  throw new AnonymizerParameterError(
    salt.length === 0
      ? 'Salt parameter cannot be empty. Either omit the salt parameter to auto-generate a random salt, or provide a salt of at least 16 bytes (128 bits).'
      : `Salt must be at least 16 bytes (128 bits). Provided salt is ${salt.length} bytes.`,
  );
}

/** Characters are code points, as in Python. */
function mask(text: string, parameters: OperatorConfig): string {
  const character = required(parameters, 'masking_char', 'string');
  if ([...character].length > 1) throw new AnonymizerParameterError('Invalid input, masking_char must be a character');
  const wanted = required(parameters, 'chars_to_mask', 'number');
  if (!Number.isInteger(wanted)) throw typeError('chars_to_mask', 'number', wanted);
  const fromEnd = required(parameters, 'from_end', 'boolean');
  const characters = [...text];
  const count = Math.min(characters.length, Math.max(0, wanted));
  const masked = character.repeat(count);
  return fromEnd ? characters.slice(0, characters.length - count).join('') + masked : masked + characters.slice(count).join('');
}

function keyOf(parameters: OperatorConfig): Uint8Array {
  const key = Buffer.from(required(parameters, 'key', 'string'), 'utf8');
  if (!isAesKey(key)) throw new AnonymizerParameterError('Invalid input, key must be of length 128, 192 or 256 bits');
  return key;
}

interface Kinds {
  string: string;
  number: number;
  boolean: boolean;
}

function required<K extends keyof Kinds>(parameters: OperatorConfig, name: string, kind: K): Kinds[K] {
  const value = optional(parameters, name, kind);
  if (value === undefined) throw new AnonymizerParameterError(`Expected parameter ${name}`);
  return value;
}

function optional<K extends keyof Kinds>(parameters: OperatorConfig, name: string, kind: K): Kinds[K] | undefined {
  const value = parameters[name] ?? undefined;
  if (value !== undefined && typeof value !== kind) throw typeError(name, kind, value);
  return value as Kinds[K] | undefined;
}

function typeError(name: string, expected: string, value: unknown): AnonymizerParameterError {
  const actual = Array.isArray(value) ? 'array' : typeof value;
  return new AnonymizerParameterError(`Invalid parameter value for ${name}. Expecting '${expected}', but got '${actual}'.`);
}
