import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { deriveInt8 } from './lib/int8';
import { writeNlpFolder } from './lib/nlp-folder';
import type { NlpQuality } from './lib/nlp-quality';
import { Python } from './lib/python';

type Recipe = Readonly<Record<string, string>>;

/** Two trainings whose weights are averaged: the second hears more of noisy texts. */
const [ONE, OTHER]: readonly [Recipe, Recipe] = [{}, { order: '1', steps: '3000', 'wnut17-times': '3', 'joined-sentences': '0.1' }];

/** From their average on: with texts that name nobody, people who are called otherwise, and more of what the teacher tells. */
const SECOND: Recipe = {
  order: '5', steps: '2200', 'warm-up': '100', rate: '1.2e-4', 'head-rate': '5e-4', 'wnut17-times': '3',
  sentences: '24', unnamed: '10', renamed: '0.25', said: '0.15', opinions: '24', taught: '80', lowered: '0.5',
};
const HALF = '0.5';

const USAGE = 'nlp --encoder <folder of a sentence transformer in ONNX> --data <folder of texts> --out <model folder>';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { encoder: { type: 'string' }, data: { type: 'string' }, out: { type: 'string' } } });
  if (!values.encoder || !values.data || !values.out) throw new Error(`usage: ${USAGE}`);
  const [encoder, data] = [resolve(values.encoder), resolve(values.data)];
  const python = await Python.prepare();
  const [reference, graph, quality] = ['nlp.onnx', 'nlp-int8.onnx', 'nlp.json'].map((name) => join(python.cache, name)) as [string, string, string];
  const [one, other, start, training] = ['one', 'other', 'average', 'second'].map((name) => join(python.cache, `nlp-${name}`)) as [string, string, string, string];

  const archives = await python.lessons();
  await python.script('nlp_teacher.py', { data, archives, out: python.cache });
  const texts = { encoder, data, archives, lessons: join(python.cache, 'lessons.tsv') };
  await python.script('nlp.py', { ...texts, out: one, ...ONE });
  await python.script('nlp.py', { ...texts, out: other, ...OTHER });
  await python.script('nlp_average.py', { one, other, share: HALF, out: start });
  await python.script('nlp.py', { ...texts, start, out: training, ...SECOND });
  await python.script('nlp_export.py', { training, out: reference });
  await deriveInt8(reference, graph);
  await python.script('nlp_finish.py', { encoder, data, graph, reference, transitions: join(training, 'transitions.json'), out: quality });
  const measured: NlpQuality = JSON.parse(readFileSync(quality, 'utf8'));
  writeNlpFolder(resolve(values.out), { graph: readFileSync(graph), tokenizer: join(encoder, 'tokenizer.json'), measured });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
