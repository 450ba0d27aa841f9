import { internalContext } from '@cortex/kernel';
import { FakeTextModels } from '@cortex/text-models/testing';
import { z } from 'zod';
import { defineStep } from '../steps/define-step';
import { entities } from '../steps/entities.step';
import { language } from '../steps/language.step';
import { sentences } from '../steps/sentences.step';
import { tokens } from '../steps/tokens.step';
import { pipeline } from './pipeline';

const ENGLISH = 'We met Ada Lovelace in London yesterday. It was a good day for all of us.';
/** Gives the number of letters; waits for `gate`, and fails for texts with "boom". */
const letters = (gate: Promise<void> = Promise.resolve(), gives = 'letters', needs: readonly string[] = []) =>
  defineStep({
    use: gives,
    parameters: z.strictObject({}),
    make: () => ({
      gives,
      needs,
      run: async (docs) => {
        await gate;
        return docs.map(({ text }) => (text.includes('boom') ? { error: new Error(`secret ${text}`) } : { value: text.length, engine: 'letters@1' }));
      },
    }),
  })();

describe('Pipeline', () => {
  it('has exactly the parts that were used, in its type, too', async () => {
    const [doc] = await pipeline({ models: new FakeTextModels() }).use(language()).use(entities()).use(sentences(), { as: 'lines' }).use(tokens(), { when: { language: 'xx' } }).run([ENGLISH]);
    if (doc!.errors) throw new Error('expected none');
    const code: string = doc!.language.code;
    const names: readonly string[] = doc!.ents.map(({ text }) => text);
    const count: number | undefined = doc!.tokens?.length;
    const isAbsent: 'sents' extends keyof typeof doc ? never : true = true;
    expect([code, names[1], count, isAbsent, doc!.lines.length]).toEqual(['en', 'Ada Lovelace', undefined, true, 2]);
  });

  it('lets a step name its failure for one text, without a word of the text, and leaves out what needs it', async () => {
    const chain = pipeline().use(letters()).use(letters(undefined, 'more', ['letters'])).use(sentences());
    const [bad, good] = await chain.run(['boom.', 'fine.']);
    expect(bad).toEqual({
      text: 'boom.', offsetUnit: 'utf16', sents: [{ start: 0, end: 5 }], engines: { sents: 'cortex-sentences@2' },
      errors: [{ step: 'letters', code: 'INTERNAL', message: 'an internal error' }, { step: 'more', code: 'NLP.NEEDS_MISSING', message: expect.stringContaining('letters') }],
    });
    expect(good).toMatchObject({ letters: 5, more: 5 });
  });

  it('runs steps at the same time that do not need each other', async () => {
    const { promise, resolve } = deferred();
    const opens = defineStep({ use: 'opens', parameters: z.strictObject({}), make: () => ({ gives: 'opens', run: async (docs) => (resolve(), docs.map(() => ({ value: true, engine: 'x' }))) }) });
    await expect(pipeline().use(letters(promise)).use(opens()).run(['ab'])).resolves.toMatchObject([{ letters: 2, opens: true }]);
  });

  it.each(['ab', 'boom'])('gives all of a Doc in the order of its plan, whichever step was ready first: %s', async (text) => {
    const { promise, resolve } = deferred();
    setTimeout(resolve, 20);
    const [doc] = await pipeline().use(letters(promise, 'slow')).use(letters(undefined, 'fast')).run([text]);
    const names = doc!.errors ? doc!.errors.map(({ step }) => step) : Object.keys(doc!.engines);
    expect(names).toEqual(['slow', 'fast']);
  });

  it('throws what a step throws, once all steps have come to rest', async () => {
    let ended = false;
    const slow = letters(new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => void (ended = true)));
    const failing = defineStep({ use: 'failing', parameters: z.strictObject({}), make: () => ({ gives: 'failing', run: () => Promise.reject(new Error('no such model')) }) });
    await expect(pipeline().use(failing()).use(slow).run(['ab'])).rejects.toThrow('no such model');
    expect(ended).toBe(true);
  });

  it('stops the other steps when one fails for all texts', async () => {
    const failing = defineStep({ use: 'failing', parameters: z.strictObject({}), make: () => ({ gives: 'failing', run: () => Promise.reject(new Error('no such model')) }) });
    const seen: unknown[] = [];
    const watching = defineStep({
      use: 'watching',
      parameters: z.strictObject({}),
      make: () => ({
        gives: 'watching',
        run: (_, { context }) => new Promise<never>((_resolve, reject) => context.signal.addEventListener('abort', () => (seen.push(context.hasLeft?.()), reject(context.signal.reason as Error)))),
      }),
    });
    await expect(pipeline().use(watching()).use(failing()).run(['ab'])).rejects.toThrow('no such model');
    expect(seen).toEqual([true]);
  });

  it('says that a step asks models where it was given none', async () => {
    await expect(pipeline().use(language()).use(entities()).run([ENGLISH])).rejects.toMatchObject({ code: 'NLP.NO_MODELS' });
  });

  it('ends when nobody waits any more', async () => {
    const leave = new AbortController();
    const context = internalContext({ signal: leave.signal });
    const long = ENGLISH.repeat(40_000);
    setTimeout(() => leave.abort(new Error('left')), 10);
    await expect(pipeline().use(tokens()).run([long], context)).rejects.toThrow('left');
  });
});

function deferred() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
