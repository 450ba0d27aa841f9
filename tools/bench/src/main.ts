import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { encoderFolder } from '@cortex/service-process';
import { tableOf, type Figure } from './report';
import { arrow } from './suites/arrow';
import { bulk } from './suites/bulk';
import { cache } from './suites/cache';
import { embeddings } from './suites/embeddings';
import { health } from './suites/health';
import { lifecycle } from './suites/lifecycle';
import { memory } from './suites/memory';
import { overload } from './suites/overload';
import { planner } from './suites/planner';
import { residency } from './suites/residency';
import { tiny } from './suites/tiny';

interface Suite {
  readonly run: () => Promise<Figure[]>;
  readonly needsEncoder: boolean;
}

const SUITES: Readonly<Record<string, Suite>> = {
  embeddings: { run: embeddings, needsEncoder: true },
  planner: { run: planner, needsEncoder: true },
  tiny: { run: tiny, needsEncoder: false },
  health: { run: health, needsEncoder: true },
  memory: { run: memory, needsEncoder: false },
  cache: { run: cache, needsEncoder: false },
  overload: { run: overload, needsEncoder: true },
  bulk: { run: bulk, needsEncoder: true },
  lifecycle: { run: lifecycle, needsEncoder: true },
  residency: { run: residency, needsEncoder: true },
  arrow: { run: arrow, needsEncoder: false },
};

/** `bench [name…] [--json] [--out file]`: all suites without names. Exits 1 when a bound does not hold. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, out: { type: 'string' } } });
  const unknown = positionals.filter((name) => !(name in SUITES));
  if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}`);

  const figures: Figure[] = [];
  for (const name of positionals.length > 0 ? positionals : Object.keys(SUITES)) figures.push(...(await runSuite(name, SUITES[name]!)));
  if (values.out) await writeFile(values.out, JSON.stringify(figures, undefined, 2));
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else process.stdout.write(`\n${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}\n\n${tableOf(figures)}\n`);
  process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
}

async function runSuite(name: string, { run, needsEncoder }: Suite): Promise<Figure[]> {
  if (needsEncoder && !existsSync(encoderFolder)) {
    process.stderr.write(`skipped ${name}: it needs the encoder folder ${encoderFolder}\n`);
    return [];
  }
  process.stderr.write(`running ${name} …\n`);
  return run();
}

void main();
