import { getManyValues, isMany, none } from 'stream-chain/core';
import { jsonParser, type Token } from 'stream-json/core/parser.js';
import { UnreadableError } from '../../reading.errors';
import type { DocumentWriter } from '../../writing/document-writer';
import { Records } from '../../writing/records';
import type { TextReader } from '../reader';
import { JsonPath } from './json-path';

const MAX_KEY = 100;

/** JSON, or JSON values one after another, as records with paths. A record is an element of the outermost array, a member of the outermost object or an element of it, or such a value. */
export class JsonReader implements TextReader {
  readonly #parse;
  readonly #records: Records;
  readonly #path = new JsonPath();
  /** While it is read. */
  #key: string | undefined;

  constructor(
    writer: DocumentWriter,
    private readonly isSequence: boolean,
  ) {
    this.#records = new Records(writer, 'text');
    this.#parse = jsonParser({ packValues: false, streamValues: true, jsonStreaming: isSequence });
  }

  read(text: string): void {
    if (text !== '') this.#take(text);
  }

  end(): void {
    this.#take(none);
  }

  #take(input: string | typeof none): void {
    for (const token of this.#tokens(input)) this.#see(token);
  }

  #tokens(input: string | typeof none): readonly Token[] {
    try {
      const tokens = this.#parse(input as string);
      return isMany(tokens) ? getManyValues(tokens) : [];
    } catch (error) {
      if (error instanceof Error) throw new UnreadableError(`its JSON is broken: ${error.message}`);
      throw error;
    }
  }

  #see(token: Token): void {
    switch (token.name) {
      case 'startObject':
      case 'startArray':
        return this.#enter(token.name === 'startArray');
      case 'endObject':
      case 'endArray':
        return this.#leave();
      case 'startKey':
        this.#key = '';
        return;
      case 'endKey':
        this.#path.key = this.#key ?? '';
        this.#key = undefined;
        return;
      case 'startString':
      case 'startNumber':
        return this.#records.field(this.#path.label);
      case 'stringChunk':
      case 'numberChunk':
        return this.#say(token.value);
      case 'endString':
      case 'endNumber':
        return this.#pass(false);
      case 'trueValue':
      case 'falseValue':
        return this.#literal(String(token.value));
      case 'nullValue':
        return this.#pass(false);
      default:
        throw new Error(`a token '${token.name}' of packed values. This is a bug.`);
    }
  }

  #say(piece: string): void {
    if (this.#key === undefined) this.#records.write(piece);
    else if (this.#key.length < MAX_KEY) this.#key += piece;
  }

  #literal(text: string): void {
    this.#records.field(this.#path.label);
    this.#records.write(text);
    this.#pass(false);
  }

  #enter(isArray: boolean): void {
    if (this.#isRecord(true)) this.#records.endRecord();
    this.#path.enter(isArray);
  }

  #leave(): void {
    this.#path.leave();
    this.#pass(true);
  }

  #pass(isContainer: boolean): void {
    this.#path.passValue();
    if (this.#isRecord(isContainer)) this.#records.endRecord();
  }

  /** Whether a value that stands here is a record. */
  #isRecord(isContainer: boolean): boolean {
    const { depth } = this.#path;
    if (this.isSequence) return depth === 0;
    return depth <= 1 || (depth === 2 && isContainer && !this.#path.isArrayAt(0) && this.#path.isArrayAt(1));
  }
}
