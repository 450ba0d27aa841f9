import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { deriveInt8 } from './lib/int8';
import { writeNlpFolder, type NlpQuality } from './lib/nlp-folder';
import { Python } from './lib/python';

/** Two trainings whose weights are averaged: the second hears more of noisy texts. */
const [ONE, OTHER]: readonly Readonly<Record<string, string>>[] = [{}, { order: '1', steps: '3000', 'wnut17-times': '3', 'joined-sentences': '0.1' }];
const HALF = '0.5';

const USAGE = 'nlp --encoder <folder of a sentence transformer in ONNX> --data <folder of texts> --out <model folder>';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { encoder: { type: 'string' }, data: { type: 'string' }, out: { type: 'string' } } });
  if (!values.encoder || !values.data || !values.out) throw new Error(`usage: ${USAGE}`);
  const [encoder, data] = [resolve(values.encoder), resolve(values.data)];
  const python = await Python.prepare();
  const [reference, graph, quality] = ['nlp.onnx', 'nlp-int8.onnx', 'nlp.json'].map((name) => join(python.cache, name)) as [string, string, string];

  const [one, other] = ['one', 'other'].map((name) => join(python.cache, `nlp-${name}`)) as [string, string];
  await python.script('nlp_teacher.py', { encoder, data, archives: await python.lessons(), out: python.cache });
  const lessons = join(python.cache, 'lessons.tsv');
  await python.script('nlp.py', { encoder, data, lessons, out: one, ...ONE });
  await python.script('nlp.py', { encoder, data, lessons, out: other, ...OTHER });
  await python.script('nlp_average.py', { encoder, data, one, other, share: HALF, out: python.cache });
  await deriveInt8(reference, graph);
  await python.script('nlp_finish.py', { encoder, data, graph, reference, transitions: join(python.cache, 'transitions.json'), out: quality });
  const measured: NlpQuality = JSON.parse(readFileSync(quality, 'utf8'));
  writeNlpFolder(resolve(values.out), { graph: readFileSync(graph), tokenizer: join(encoder, 'tokenizer.json'), measured });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
