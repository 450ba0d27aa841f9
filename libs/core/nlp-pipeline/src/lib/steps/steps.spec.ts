import { internalContext, type RequestContext } from '@cortex/kernel';
import type { EmbedRequest } from '@cortex/text-models';
import { FakeTextModels } from '@cortex/text-models/testing';
import fc from 'fast-check';
import type { Token } from '../doc';
import { pipeline } from '../pipeline/pipeline';
import { AWKWARD } from '../text/awkward.fixture';
import { wordsOf } from '../text/words';
import { classify } from './classify.step';
import { duplicates } from './duplicates.step';
import { embed } from './embed.step';
import { keyphrases } from './keyphrases.step';
import { language } from './language.step';
import { posLemma } from './pos-lemma.step';
import { sentences } from './sentences.step';
import { similarity } from './similarity.step';
import { summary } from './summary.step';
import { tokens } from './tokens.step';

const FOXES = 'The red fox hunts small mice at night. Many live near forests. A red fox eats berries in autumn. Snow falls in the mountains, where the red fox sleeps.';
const english = () => pipeline({ models: new FakeTextModels() }).use(language({ is: 'en' })).use(sentences());

/** Takes 6 words and two special tokens a row, as a model with `maxTokens: 8` would. */
class SmallModels extends FakeTextModels {
  override async embed(request: EmbedRequest, context: RequestContext) {
    const cut = request.texts.map((text) => String(text).split(/\s+/).slice(0, 6).join(' '));
    const truncated = request.texts.filter((text, index) => String(text).trim().split(/\s+/).length > cut[index]!.split(' ').length).length;
    return { ...(await super.embed({ ...request, texts: cut }, context)), truncated };
  }
}

describe('sentences', () => {
  it('lets others have their turn in a text whose marks end nothing', async () => {
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 1);
    await pipeline().use(sentences()).run(['a.'.repeat(1_000_000)]);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('posLemma', () => {
  const tagsOf = async (text: string) => {
    const [doc] = await pipeline().use(language({ is: 'en' })).use(posLemma()).run([text]);
    if (doc!.errors) throw new Error(doc!.errors[0]!.message);
    return { text, tokens: doc!.tokens };
  };

  it('says what each word is, and its base form', async () => {
    const { text, tokens } = await tagsOf("She couldn't find the mice, U.S. agents ran.");
    expect(tokens.map(({ start, end, pos, lemma }: Token) => `${text.slice(start, end)}/${pos}/${lemma}`)).toEqual([
      'She/PRON/she', 'could/AUX/could', "n't/PART/not", 'find/VERB/find', 'the/DET/the', 'mice/NOUN/mouse', ',/PUNCT/,', 'U.S./PROPN/u.s.', 'agents/NOUN/agent', 'ran/VERB/run', './PUNCT/.',
    ]);
  });

  it('refuses another language', async () => {
    const [doc] = await pipeline().use(language({ is: 'de' })).use(posLemma()).run(['Das ist gut.']);
    expect(doc!.errors).toMatchObject([{ step: 'pos-lemma', code: 'NLP.LANGUAGE_UNSUPPORTED' }]);
  });

  it.each([...AWKWARD, ['a word of a megabyte', 'a'.repeat(1_000_000)] as const, ['many dots', 'a.'.repeat(20_000)] as const])('keeps the tokens as they are, of %s', async (_, text) => {
    const { tokens } = await tagsOf(text);
    expect(tokens.map(({ start, end }) => ({ start, end }))).toEqual([...wordsOf(text)]);
    expect(tokens.every(({ pos, lemma }: Token) => pos && lemma)).toBe(true);
  });

  it('keeps the tokens as they are, of any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        expect((await tagsOf(text)).tokens.map(({ start, end }) => ({ start, end }))).toEqual([...wordsOf(text)]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('keyphrases', () => {
  it.each(['statistical', 'embedding'] as const)('finds what a text is about (%s), where it stands', async (method) => {
    const [doc] = await english().use(tokens()).use(keyphrases({ method, maxPhrases: 3 })).run([FOXES]);
    if (doc!.errors) throw new Error(doc!.errors[0]!.message);
    const phrases = doc!.keyphrases;
    expect(phrases.map(({ text }) => text.toLowerCase()).join()).toContain('red fox');
    expect(phrases).toHaveLength(3);
    for (const { start, end, text } of phrases) expect(FOXES.slice(start, end)).toBe(text);
  });

  it.each([
    ['nouns behind what describes them, no verbs', 'Nobody answered the angry mails about wireless headphones.', ['angry mails', 'wireless headphones']],
    ['a name that is a verb, too', 'Later Tim Cook spoke.', ['Tim Cook']],
    ['phrases with of between', 'They met the Bank of England.', ['Bank of England']],
    ['the last words of each part of a long one', 'They saw the new annual national report of the old steel company.', ['annual national report', 'old steel company']],
    ['no phrase across a line that begins anew', 'Best regards\nPeter Marsh\nHead of Sales', ['Best regards', 'Head of Sales', 'Peter Marsh']],
  ])('finds %s', async (_, text, expected) => {
    const [doc] = await english().use(tokens()).use(keyphrases()).run([text]);
    if (doc!.errors) throw new Error(doc!.errors[0]!.message);
    expect(doc!.keyphrases.map((phrase) => phrase.text).sort()).toEqual(expected);
  });

  it('is linear in the longest runs of words', async () => {
    const text = `${'green '.repeat(100_000)}of ${'steel of new '.repeat(50_000)}`;
    const [doc] = await english().use(tokens()).use(keyphrases()).run([text]);
    expect(doc!.errors).toBeUndefined();
  });

  it('finds nothing where nothing is', async () => {
    const docs = await english().use(tokens()).use(keyphrases()).use(keyphrases({ method: 'embedding' }), { as: 'more' }).run(['', ' . ', 'the of and']);
    expect(docs.map((doc) => [doc.keyphrases, doc.more])).toEqual([[[], []], [[], []], [[], []]]);
  });

  it('names another language as an error', async () => {
    const [doc] = await pipeline().use(language({ is: 'de' })).use(sentences()).use(tokens()).use(keyphrases()).run(['Das ist gut.']);
    expect(doc!.errors).toMatchObject([{ code: 'NLP.LANGUAGE_UNSUPPORTED' }]);
  });
});

describe('summary', () => {
  it('gives sentences of the text, as they stand there, in its order', async () => {
    const [doc, empty] = await english().use(summary({ maxSentences: 2 })).run([FOXES, '']);
    if (doc!.errors || empty!.errors) throw new Error('expected none');
    const { sents, text } = doc!.summary;
    expect(text).toBe(sents.map(({ start, end }) => FOXES.slice(start, end)).join(' '));
    expect(sents.length === 2 && sents[0]!.start < sents[1]!.start && text.includes('fox')).toBe(true);
    expect(empty!.summary).toEqual({ text: '', sents: [] });
  });
});

describe('embed', () => {
  it('takes a text that is too long in pieces, and says in how many', async () => {
    const long = 'red fox mouse berry snow night '.repeat(40);
    const docs = await pipeline({ models: new SmallModels() }).use(embed()).run(['red fox', long, 'x '.repeat(30_000)]);
    const [short, whole, longest] = docs.map((doc) => (doc.errors ? undefined : doc));
    expect(short!.windows).toEqual({ vector: 1 });
    expect(whole!.windows!['vector']).toBeGreaterThanOrEqual(40);
    expect(longest!.windows!['vector']).toBeGreaterThanOrEqual(5_000);
    const [direct] = (await new FakeTextModels().embed({ texts: [long], truncate: true }, internalContext())).vectors;
    const likeness = whole!.vector.reduce((sum, value, index) => sum + value * direct![index]!, 0);
    expect(likeness).toBeGreaterThan(0.95);
    expect(Math.hypot(...whole!.vector)).toBeCloseTo(1);
  });

  it('reads a text once for all steps of a run', async () => {
    const models = new FakeTextModels();
    await pipeline({ models }).use(embed()).use(similarity({ to: ['red fox'] })).use(duplicates({ by: 'meaning' })).use(classify({ labels: { a: 'red', b: 'blue' } })).run(['a red fox', 'a red fox', 'blue sky']);
    const texts = models.asked.flatMap(({ texts }) => texts);
    expect(texts).toHaveLength(new Set(texts).size);
  });
});

describe('classify', () => {
  it('gives an installed classifier\'s labels, a failing text its error', async () => {
    const docs = await pipeline({ models: new FakeTextModels({ refused: 'boom' }) }).use(classify({ model: 'moods' })).run(['a good day', 'boom', 'a bad day']);
    expect(docs.map((doc) => doc.errors?.[0]!.code ?? doc.cats!['positive']!.toFixed(1))).toEqual(['0.9', 'TEXT.FAKE', '0.1']);
    expect(docs[0]!.engines['cats']).toBe('moods@1+fp32 (sha256:moods)');
  });

  it('tells by descriptions which label is nearest', async () => {
    const [doc] = await pipeline({ models: new FakeTextModels() }).use(classify({ labels: { animals: 'foxes mice fox', weather: 'snow rain falls' } })).run(['the fox hunts mice']);
    const cats = doc!.cats!;
    expect(cats['animals']).toBeGreaterThan(0.8);
    expect(cats['animals']! + cats['weather']!).toBeCloseTo(1);
    expect(doc!.engines['cats']).toMatch(/zero-shot$/);
  });
});

describe('similarity', () => {
  it('compares each text with each of those that were named', async () => {
    const docs = await pipeline({ models: new FakeTextModels() }).use(similarity({ to: ['red fox', 'blue sky'] })).run(['red fox', 'sky blue']);
    const [[same, other], [different, turned]] = docs.map(({ similarity }) => similarity!) as [number[], number[]];
    expect([same, turned]).toEqual([expect.closeTo(1), expect.closeTo(1)]);
    expect(Math.max(other!, different!)).toBeLessThan(0.5);
  });
});

describe('duplicates', () => {
  const story = (changed: string) => `A long story about a ${changed} that lives in the old forest near the small town, hunts at night and sleeps by day until the first snow of the year falls on the roofs of the houses.`;

  it.each(['words', 'meaning'] as const)('points from a text to the first that it nearly is (by %s)', async (by) => {
    const docs = await pipeline({ models: new FakeTextModels() }).use(duplicates({ by, atLeast: 0.75 })).run([story('fox'), 'Something else entirely, with other words.', story('fox'), story('wolf'), '']);
    expect(docs.map((doc) => doc.duplicate?.of)).toEqual([undefined, undefined, 0, 0, undefined]);
  });

  const others = (count: number, from: number) => Array.from({ length: count }, (_, index) => `${from + index} ${'abcdefgh'.split('').map((letter) => `${letter}${(from + index) ** 2}`).join(' ')}`);

  it.each(['words', 'meaning'] as const)('counts from the beginning of a stream, and remembers its earlier batches (by %s)', async (by) => {
    const distinct = by === 'words' ? others(300, 0) : Array.from({ length: 300 }, (_, index) => 'abcdefghijklmnopqrstuvwxyz'.slice(index % 26, (index % 26) + 1));
    const texts = [story('fox'), ...distinct, story('fox'), distinct[0]!];
    const found: (number | undefined)[] = [];
    const pipe = pipeline({ models: new FakeTextModels() }).use(duplicates({ by, atLeast: 0.9 }));
    for await (const doc of pipe.stream(texts)) found.push(doc.duplicate?.of);
    expect(found.slice(-2)).toEqual([0, 1]);
    expect(found).toEqual((await pipe.run(texts)).map((doc) => doc.duplicate?.of));
    expect((await pipe.run([story('fox')]))[0]!.duplicate).toEqual({});
  });

  it('looks back over the last 4,096 texts that are no duplicates', async () => {
    const far = others(4_500, 0);
    const found: (number | undefined)[] = [];
    for await (const doc of pipeline().use(duplicates()).stream([...far, far[4_400]!, far[0]!])) found.push(doc.duplicate?.of);
    expect(found.slice(-2)).toEqual([4_400, undefined]);
  }, 30_000);

  it('takes a thousand equal texts in their stride', async () => {
    const docs = await pipeline().use(duplicates()).run(Array.from({ length: 1_000 }, () => story('fox')));
    expect(docs.filter((doc) => doc.duplicate?.of === 0)).toHaveLength(999);
  });
});
