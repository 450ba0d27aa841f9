import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoTokenizerError, TokenizerBrokenError } from './text-models.errors';
import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { Tokenizers } from './tokenizers';

describe('Tokenizers', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokenizers-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function aModel(name: string, content = JSON.stringify(tinyTokenizerFile())) {
    const tokenizerFile = join(folder, `${name}.json`);
    await writeFile(tokenizerFile, content);
    return { name, tokenizerFile };
  }

  describe('open', () => {
    it('reads a file once for all who ask', async () => {
      const [tokenizers, model] = [new Tokenizers(2), await aModel('a')];
      const [first, second] = await Promise.all([tokenizers.open(model), tokenizers.open({ ...model, name: 'same file' })]);
      expect(second).toBe(first);
      await rm(model.tokenizerFile);
      expect(await tokenizers.open(model)).toBe(first);
    });

    it('forgets the one that was not used for the longest time', async () => {
      const tokenizers = new Tokenizers(2);
      const [a, b, c] = [await aModel('a'), await aModel('b'), await aModel('c')];
      const [firstA, firstB] = [await tokenizers.open(a), await tokenizers.open(b)];
      await tokenizers.open(a);
      await tokenizers.open(c);
      expect(await tokenizers.open(a)).toBe(firstA);
      expect(await tokenizers.open(b)).not.toBe(firstB);
    });

    it('tries again after a failure', async () => {
      const tokenizers = new Tokenizers(2);
      const model = await aModel('a', '{"half": ');
      await expect(tokenizers.open(model)).rejects.toThrow(TokenizerBrokenError);
      await aModel('a');
      expect([...(await tokenizers.open(model)).encode('hello', 8).ids]).toEqual([2, 5, 3]);
    });

    it.each([['[]'], ['{}'], ['{"model": {"type": "Strange"}}'], ['{"model": {"type": "WordPiece"}}']])('refuses %s and names the model', async (content) => {
      const refused = new Tokenizers(2).open(await aModel('a', content));
      await expect(refused).rejects.toMatchObject({ code: 'TEXT.TOKENIZER_BROKEN', kind: 'unavailable', model: 'a' });
    });

    it('says of a missing file what is wrong, without its path', async () => {
      const missing = new Tokenizers(2).open({ name: 'a', tokenizerFile: join(folder, 'none.json') });
      await expect(missing).rejects.toThrow('the tokenizer.json of model a could not be used: ENOENT');
    });

    it('refuses a model without tokenizer', async () => {
      await expect(new Tokenizers(2).open({ name: 'a' })).rejects.toThrow(NoTokenizerError);
    });
  });
});
