import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { modelCard } from './lib/card';
import { distil } from './lib/distillation';
import { measure } from './lib/measure';
import { NAME, writeModelFolder } from './lib/model-folder';
import { quantize } from './lib/quantize';
import { staticGraph } from './lib/static-graph';
import { Teacher } from './lib/teacher';

const USAGE = 'distil --teacher <folder of a sentence transformer in ONNX> --data <folder of texts> --out <model folder>';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { teacher: { type: 'string' }, data: { type: 'string' }, out: { type: 'string' } } });
  if (!values.teacher || !values.data || !values.out) throw new Error(`usage: ${USAGE}`);
  const teacherFolder = resolve(values.teacher);
  const data = resolve(values.data);

  const teacher = await Teacher.open(teacherFolder);
  const distillation = await distil(teacher, data, console.log);
  const graph = staticGraph(NAME, quantize(distillation.table));

  console.log('measuring');
  const measurements = await measure(graph, distillation, { teacher, data });
  const { vocabularySize } = teacher;
  writeModelFolder(resolve(values.out), { graph, teacherFolder, vocabularySize, fidelity: measurements.wnut17.int8, card: modelCard(measurements) });
  console.log(measurements);
  await teacher.release();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
