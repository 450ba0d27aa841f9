import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encoderFolder } from '@cortex/service-process';
import { Tokenizer } from '@huggingface/tokenizers';
import { TextSource } from './texts';

const itWithEncoder = existsSync(encoderFolder) ? it : it.skip;

describe('TextSource', () => {
  itWithEncoder('gives texts of the asked-for lengths, with the ids that the tokenizer gives', () => {
    const { padding: _padding, truncation: _truncation, ...json } = JSON.parse(readFileSync(join(encoderFolder, 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    const tokenizer = new Tokenizer(json, {});
    const texts = new TextSource().texts(200, 4, 256);
    for (const { text, ids } of texts) expect(tokenizer.encode(text).ids).toEqual(ids);
    const lengths = texts.map(({ ids }) => ids.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256);
    expect(Math.min(...lengths)).toBeLessThan(30);
  });

  itWithEncoder('gives as many texts of one doubling as of another', () => {
    const lengths = new TextSource().skewedTexts(1_000, 8, 256).map(({ ids }) => ids.length);
    expect(lengths.filter((length) => length < 45).length).toBeGreaterThan(450);
    expect(lengths.filter((length) => length > 100).length).toBeGreaterThan(150);
  });
});
