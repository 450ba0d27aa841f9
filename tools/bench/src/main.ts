import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encoderFolder, runningServices, sharedFolder } from '@cortex/service-process';
import { hasNlpModel, nlpModelFile } from './nlp-service';
import { tableOf, type Figure } from './report';
import { arrow } from './suites/arrow';
import { batchJobs } from './suites/batch-jobs';
import { bulk } from './suites/bulk';
import { cache } from './suites/cache';
import { crash } from './suites/crash';
import { embedded } from './suites/embedded';
import { embeddings } from './suites/embeddings';
import { health } from './suites/health';
import { ingestMemory } from './suites/ingest-memory';
import { jobs } from './suites/jobs';
import { lifecycle } from './suites/lifecycle';
import { memory } from './suites/memory';
import { nlp } from './suites/nlp';
import { nlpRules } from './suites/nlp-rules';
import { overload } from './suites/overload';
import { pii } from './suites/pii';
import { planner } from './suites/planner';
import { quality, type QualityOptions } from './suites/quality';
import { redis } from './suites/redis';
import { residency } from './suites/residency';
import { retrieval } from './suites/retrieval';
import { retrievalEmbedded, retrievalSql } from './suites/retrieval-sql';
import { tiny } from './suites/tiny';

type Need = 'encoder' | 'nlp-model' | 'texts' | 'postgres' | 'redis';

const textsFolder = join(sharedFolder, 'data');

/** What a suite cannot run without, and undefined where it is there. */
const LACKS: Readonly<Record<Need, () => string | undefined>> = {
  encoder: () => (existsSync(encoderFolder) ? undefined : `the encoder folder ${encoderFolder}`),
  'nlp-model': () => (hasNlpModel() ? undefined : `the bundled model ${nlpModelFile}`),
  texts: () => (existsSync(textsFolder) ? undefined : `the folder of texts ${textsFolder}`),
  postgres: () => (runningServices().postgres ? undefined : 'a PostgreSQL, as `node tools/services/services.mjs up` starts one'),
  redis: () => (runningServices().redis ? undefined : 'a Redis, as `node tools/services/services.mjs up` starts one'),
};

interface Suite {
  readonly run: (options: QualityOptions) => Promise<Figure[]>;
  readonly needs: readonly Need[];
  /** It takes minutes, and shows what does not change from day to day. */
  readonly onlyByName?: boolean;
}

const SUITES: Readonly<Record<string, Suite>> = {
  embeddings: { run: embeddings, needs: ['encoder'] },
  planner: { run: planner, needs: ['encoder'] },
  tiny: { run: tiny, needs: [] },
  health: { run: health, needs: ['encoder'] },
  memory: { run: memory, needs: [] },
  cache: { run: cache, needs: [] },
  overload: { run: overload, needs: ['encoder'] },
  bulk: { run: bulk, needs: ['encoder'] },
  lifecycle: { run: lifecycle, needs: ['encoder'] },
  'batch-jobs': { run: batchJobs, needs: ['encoder'] },
  residency: { run: residency, needs: ['encoder'] },
  arrow: { run: arrow, needs: [] },
  redis: { run: redis, needs: ['encoder', 'redis'] },
  embedded: { run: embedded, needs: [] },
  pii: { run: pii, needs: [] },
  nlp: { run: nlp, needs: ['encoder', 'nlp-model'] },
  'nlp-rules': { run: nlpRules, needs: ['texts'] },
  jobs: { run: jobs, needs: ['postgres', 'redis'] },
  quality: { run: quality, needs: [], onlyByName: true },
  retrieval: { run: retrieval, needs: ['texts'], onlyByName: true },
  'retrieval-embedded': { run: retrievalEmbedded, needs: ['texts'], onlyByName: true },
  'retrieval-sql': { run: retrievalSql, needs: ['texts', 'postgres'], onlyByName: true },
  'ingest-memory': { run: ingestMemory, needs: ['texts', 'postgres'], onlyByName: true },
  crash: { run: crash, needs: [], onlyByName: true },
};

const OPTIONS = { json: { type: 'boolean' }, out: { type: 'string' }, sample: { type: 'string' }, write: { type: 'boolean' } } as const;

/** `bench [name…] [--json] [--out file]`, and of quality `[--sample count] [--write]`: all usual suites without names. Exits 1 when a bound does not hold. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const unknown = positionals.filter((name) => !(name in SUITES));
  if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}`);

  const figures: Figure[] = [];
  for (const name of positionals.length > 0 ? positionals : usual()) figures.push(...(await runSuite(name, qualityOptions(values))));
  if (values.out) await writeFile(values.out, JSON.stringify(figures, undefined, 2));
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else process.stdout.write(`\n${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}\n\n${tableOf(figures)}\n`);
  process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
}

/** Those that run without being named. */
function usual(): readonly string[] {
  return Object.keys(SUITES).filter((name) => !SUITES[name]!.onlyByName);
}

/** @throws Error where a page was asked for that would not be of whole sets */
function qualityOptions({ sample, write = false }: { readonly sample?: string; readonly write?: boolean }): QualityOptions {
  if (sample === undefined) return { write };
  if (!/^[1-9]\d*$/.test(sample)) throw new Error(`--sample ${sample}: expected a whole number above 0`);
  if (write) throw new Error('--write takes whole sets: leave --sample out');
  return { sample: Number(sample) };
}

async function runSuite(name: string, options: QualityOptions): Promise<Figure[]> {
  const { run, needs } = SUITES[name]!;
  const lacking = needs.map((need) => LACKS[need]()).filter((lack) => lack !== undefined);
  if (lacking.length > 0) {
    process.stderr.write(`skipped ${name}: it needs ${lacking.join(' and ')}\n`);
    return [];
  }
  process.stderr.write(`running ${name} …\n`);
  return run(options);
}

void main();
