import { readFile } from 'node:fs/promises';
import { types } from 'node:util';
import type { ModelVersion } from '@cortex/model-registry';
import { HuggingFaceTokenizer } from './hugging-face-tokenizer';
import { NoTokenizerError, TokenizerBrokenError } from './text-models.errors';
import type { Tokenizer } from './tokenizer.port';

export type TokenizerSource = Pick<ModelVersion, 'name' | 'tokenizerFile'>;

/** One tokenizer a file, read once however many ask at once, the longest unused forgotten. A version's file does not change. */
export class Tokenizers {
  /** In the order of their last use; at most `limit`. */
  readonly #open = new Map<string, Promise<Tokenizer>>();

  constructor(private readonly limit: number) {}

  /** @throws NoTokenizerError, TokenizerBrokenError (which is not remembered) */
  async open({ name, tokenizerFile }: TokenizerSource): Promise<Tokenizer> {
    if (tokenizerFile === undefined) throw new NoTokenizerError(name);
    const opening = this.#open.get(tokenizerFile) ?? readTokenizer(name, tokenizerFile);
    this.#use(tokenizerFile, opening);
    try {
      return await opening;
    } catch (error) {
      if (this.#open.get(tokenizerFile) === opening) this.#open.delete(tokenizerFile);
      throw error;
    }
  }

  #use(file: string, opening: Promise<Tokenizer>): void {
    this.#open.delete(file);
    this.#open.set(file, opening);
    if (this.#open.size <= this.limit) return;
    const [oldest] = this.#open.keys();
    this.#open.delete(oldest!);
  }
}

async function readTokenizer(model: string, file: string): Promise<Tokenizer> {
  try {
    return new HuggingFaceTokenizer(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new TokenizerBrokenError(model, reasonOf(error), { cause: error });
  }
}

/** A file system error's own message holds the path. */
function reasonOf(error: unknown): string {
  if (!types.isNativeError(error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
