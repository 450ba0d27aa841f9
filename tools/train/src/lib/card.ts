import { recipe } from './distillation';
import type { Measurements } from './measure';
import { NAME } from './model-folder';

/** The README of the model's folder. */
export function modelCard({ wikiann, wnut17, retrieval }: Measurements): string {
  return `${about()}
${recipeText()}
## Measured
As served (int8 graph). The recipe was chosen on WikiANN dev and WNUT17; Cranfield was only reported.

| nDCG@10, Cranfield (title and text; 1,400 documents, 225 queries) | |
|---|---|
| BM25 (Lucene's formula, k1 1.5, b 0.75, no stems, no stop words; with both about 0.36) | ${figure(retrieval.bm25)} |
| teacher, fp32, 256 tokens | ${figure(retrieval.teacher)} |
| **this model** | **${figure(retrieval.model)}** |
| its first 128 / 64 components | ${figure(retrieval.first128)} / ${figure(retrieval.first64)} |
| its table before step 4 (tokens, PCA, SIF only) | ${figure(retrieval.unfitted)} |

| against the teacher, 2,000 texts that it was not fitted on | WikiANN dev | WNUT17 |
|---|---|---|
| mean cosine of a text's vector to the teacher's | ${figure(wikiann.cosine)} | ${figure(wnut17.cosine)} |
| Spearman of the similarities of 20,000 random pairs | ${figure(wikiann.similarities)} | ${figure(wnut17.similarities)} |
| the same before step 4 | ${figure(wikiann.similaritiesUnfitted)} | ${figure(wnut17.similaritiesUnfitted)} |
| mean cosine of int8 to its own float32 table | ${wikiann.int8.toFixed(5)} | ${wnut17.int8.toFixed(5)} |

WNUT17 is noisy user text, of a kind that it was not fitted on.
`;
}

function about(): string {
  return `# ${NAME}
A static embedding model: one vector for each token, a text's vector is their weighted sum, divided by its length. English, ${recipe.dimensions} dimensions,
8 MB, 32 texts of 64 tokens in 0.1 ms on one core. No attention, so word order and negation are not seen.

**For** similarity, near-duplicates, drift, clustering, and a first answer without a download.
**Not for** search as the only ranking: it stays below BM25 (table). Where retrieval counts, use keywords beside it or its teacher.

- Teacher: sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), fp32 ONNX. Licence of this model: Apache-2.0.
- Input: \`input_ids\`, \`attention_mask\` [batch, sequence] int64, without special tokens ([CLS], [SEP], [PAD] and [MASK] have weight 0).
  Output: \`sentence_embedding\` [batch, ${recipe.dimensions}] float32 of length 1; a text without tokens gives zeros.
- Components stand in the order of their variance: the first 128 or 64, normalized again, are a smaller model.
- Any length (the manifest says 8,192 tokens; the sum is exact up to 133,000), but one vector says little about a long text.
- The sum is an integer matrix product, so a text's vector has the same bits alone and in any padded batch.
`;
}

function recipeText(): string {
  return `## Recipe
1. Every ordinary token of the vocabulary through the teacher: \`[CLS] token [SEP]\`, mean-pooled, centred.
2. Projected on the first ${recipe.dimensions} principal axes of the teacher's vectors of the training texts (PCA, not centred, so that cosines are kept).
3. Times the SIF weight a / (a + p), a = ${recipe.sif}, p by Zipf's law over the vocabulary's order.
4. Fitted: the sum over a text shall point where the teacher's vector points. Stochastic gradient descent on the cosine distance, one AdaGrad
   rate a token, ${recipe.epochs} epochs, first step ${recipe.step}, seed ${recipe.seed}. Texts: SST-2 train, WikiANN train, and 60,000 bags of 3 to 14 random
   tokens, labelled by the teacher, which keep rare words in place. No label of these data sets is used.
5. Turned on its own principal axes; int8 rows with a 7-bit weight a token (the weight holds the row's scale and the learned SIF weight).

Rebuild (5 to 20 minutes on 2 cores, by what else they do; the same bytes again on the same machine), from the repository's root with the data beside it:
\`\`\`sh
npx nx run train:distil -- --teacher ../shared/models/all-MiniLM-L6-v2 --data ../shared/data --out libs/bundled-models/models/${NAME}/1
\`\`\`
`;
}

function figure(value: number): string {
  return value.toFixed(3);
}
