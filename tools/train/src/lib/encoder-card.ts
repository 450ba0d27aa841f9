import type { EncoderQuality } from './encoder-quality';

const NAME = 'cortex-embed-en';

/** The README of the model's folder. */
export function encoderCard({ retrieval, wikiann, wnut17, fidelity, speed }: EncoderQuality): string {
  return `${ABOUT}
## Measured
As served (int8) unless it says otherwise. Nothing was chosen by these figures.

| nDCG@10, Cranfield (title and text; 1,400 documents, 225 queries) | |
|---|---|
| BM25 (k1 1.5, b 0.75, no stems, no stop words) | ${retrieval.bm25.toFixed(3)} |
| teacher, fp32 / int8 | ${retrieval.teacher.toFixed(3)} / ${retrieval.teacherInt8.toFixed(3)} |
| this model, fp32 | ${retrieval.fp32.toFixed(3)} |
| **this model** | **${retrieval.int8.toFixed(3)}** |

| against the teacher (fp32), texts that it was not trained on | WikiANN dev | WNUT17 dev |
|---|---|---|
| mean cosine of a text's vector to the teacher's | ${wikiann.cosine.toFixed(3)} | ${wnut17.cosine.toFixed(3)} |
| Spearman of the similarities of 20,000 random pairs | ${wikiann.similarities.toFixed(3)} | ${wnut17.similarities.toFixed(3)} |

int8 to its own fp32 over WikiANN dev: mean cosine ${fidelity.toFixed(4)}. Sentences per second against the teacher in int8, same texts, same run: ${speed.toFixed(2)} times.
${LIMITS}`;
}

const ABOUT = `# ${NAME}
English sentence embeddings of 384 dimensions: three layers that were trained to give the vectors of all-MiniLM-L6-v2 (six), so vectors of both may be compared.

- Teacher: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0). Licence of this model: Apache-2.0.
- Input: \`input_ids\`, \`attention_mask\` [batch, sequence] int64, with [CLS] and [SEP], at most 256 tokens.
  Output: \`last_hidden_state\` [batch, sequence, 384] float32; the embedding is the mean over the tokens, divided by its length.

## Data
Texts alone, without any label: SST-2 train, WikiANN-en train, WNUT17 train, 10,000 texts joined of others, the glosses and examples of WordNet 3.1
(WordNet licence), and the docstrings of scientific and other Python packages (\`tools/train/python/texts.txt\`; BSD, MIT, Apache-2.0), by paragraph and
by pages of up to 220 words. Cranfield's texts and queries are not among them.

## Recipe
1. Starts as layers 2, 4 and 6 of the teacher; word vectors stay as they are.
2. Loss: distance of the pooled vectors (cosine), of the similarities within a batch, and of every token's hidden state, last and in between
   (after two and four of the teacher's layers). AdamW, bfloat16 passes, float32 weights. All numbers stand in \`Recipe\` of \`tools/train/python/embed.py\`.
3. int8 by Cortex's own optimizer (per token, the same bits alone and in any batch).

Rebuild (twenty minutes on two cores that multiply bfloat16, two hours on others), from the repository's root with the shared folder beside it:
\`\`\`sh
npx nx run train:encoder -- --encoder ../shared/models/all-MiniLM-L6-v2 --data ../shared/data --out libs/bundled-models/models/${NAME}/1
\`\`\`
`;

const LIMITS = `
## Where it fails
- English alone: other languages get a vector, and it means little.
- 256 tokens; what is longer is cut into windows by who asks, and one vector of much text says little.
- It follows its teacher in what that one gets wrong: numbers, negation and rare names weigh little.
- The farther a text is from the training's (tweets: see WNUT17), the farther from the teacher.
`;
