import { fit } from './fit';
import { principalAxes, project } from './principal-axes';
import { Random } from './random';
import type { Teacher, TokenIds } from './teacher';
import { trainingTexts } from './training-texts';
import { meanOf, normalize, subtract, Vectors } from './vectors';
import { zipfWeights } from './zipf';

/** All that the result depends on, besides the teacher and the texts. */
export const recipe = { dimensions: 256, sif: 1e-4, epochs: 8, step: 0.2, seed: 3 } as const;

export interface Distillation {
  /** A vector for each token id, its frequency weight included; components in the order of their variance. */
  readonly table: Vectors;
  /** The same before it was fitted to texts: tokens through the teacher, principal components, SIF weights. */
  readonly plain: Vectors;
  /** The teacher's vectors along the table's axes, for comparison. */
  readonly alongItsAxes: (teacherVectors: Vectors) => Vectors;
}

/** @param log is told what has begun */
export async function distil(teacher: Teacher, data: string, log: (line: string) => void): Promise<Distillation> {
  const random = new Random(recipe.seed);
  log(`tokens through the teacher: ${teacher.vocabularySize}`);
  const tokens = teacher.ordinaryTokens();
  const tokenVectors = await teacher.embed(tokens.map((token) => [token]));

  const texts = trainingTexts(teacher, data, random);
  log(`texts through the teacher: ${texts.length}`);
  const textVectors = await teacher.embed(texts);

  log('principal axes');
  const axes = principalAxes(textVectors);
  const targets = normalize(project(textVectors, axes, recipe.dimensions));
  const table = weightedTable(project(subtract(tokenVectors, meanOf(tokenVectors)), axes, recipe.dimensions), tokens, teacher.vocabularySize);
  const plain = new Vectors(table.width, table.data.slice());

  log('fitting');
  const distance = fit(table, { texts, targets }, { ...recipe, random });
  log(`mean cosine to the teacher over the texts: ${(1 - distance).toFixed(4)}`);
  // A turn, without loss, after which the first components of a text's vector carry the most: they may be used alone.
  const ownAxes = principalAxes(normalize(sums(table, texts)));
  const turn = (vectors: Vectors) => project(vectors, ownAxes, recipe.dimensions);
  return { table: turn(table), plain, alongItsAxes: (vectors) => turn(project(vectors, axes, recipe.dimensions)) };
}

function weightedTable(vectors: Vectors, tokens: readonly number[], vocabularySize: number): Vectors {
  const weights = zipfWeights(tokens, vocabularySize, recipe.sif);
  const table = Vectors.zeros(vocabularySize, vectors.width);
  tokens.forEach((token, index) => table.row(token).set(vectors.row(index).map((value) => value * weights[token]!)));
  return table;
}

/** The texts' vectors, not yet of length 1. */
export function sums(table: Vectors, texts: readonly TokenIds[]): Vectors {
  const all = Vectors.zeros(texts.length, table.width);
  texts.forEach((text, index) => {
    const sum = all.row(index);
    for (const token of text) table.row(token).forEach((value, component) => (sum[component]! += value));
  });
  return all;
}
