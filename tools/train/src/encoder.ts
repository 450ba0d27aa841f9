import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeEncoderFolder } from './lib/encoder-folder';
import { measureEncoder } from './lib/encoder-quality';
import { deriveInt8 } from './lib/int8';
import { Python } from './lib/python';

const USAGE = 'encoder --encoder <folder of a sentence transformer in ONNX> --data <folder of texts> --out <model folder>';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { encoder: { type: 'string' }, data: { type: 'string' }, out: { type: 'string' } } });
  if (!values.encoder || !values.data || !values.out) throw new Error(`usage: ${USAGE}`);
  const [encoder, data] = [resolve(values.encoder), resolve(values.data)];
  const python = await Python.prepare();
  const [reference, graph] = [join(python.cache, 'encoder.onnx'), join(python.cache, 'encoder-int8.onnx')];

  await python.script('embed.py', { encoder, data, archives: await python.texts(), out: python.cache });
  await deriveInt8(reference, graph);
  const measured = await measureEncoder({ teacher: encoder, data, graph, reference });
  writeEncoderFolder(resolve(values.out), { graph: readFileSync(graph), tokenizer: join(encoder, 'tokenizer.json'), measured });
  console.log(measured);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
