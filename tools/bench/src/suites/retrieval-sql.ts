import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFilter } from '@cortex/query';
import { Database, PostgresPassageIndex, PostgresPassageSpaces } from '@cortex/postgres';
import { runningServices } from '@cortex/service-process';
import { figure, type Figure } from '../report';
import { bareQuestion, searchBare } from '../retrieval/bare-search';
import { PassageSource } from '../retrieval/passage-source';
import { median } from '../statistics';

const SCOPE = { tenant: 'bench', collection: 'bench' };
const PASSAGES_OF_DOCUMENT = 50;
const LIMIT = 50;
const QUERIES = 40;
const ROUNDS = 3;
/** One document of so many has the filtered value. */
const BUCKETS = 1_000;
const FEW_CANDIDATES = 4_000;

interface Stored {
  readonly database: Database;
  readonly index: PostgresPassageIndex;
  readonly source: PassageSource;
  readonly vectors: ReadonlyMap<string, readonly Float32Array[]>;
}

/** What the way through Cortex costs over two bare statements on the same tables, and what a narrow filter finds. */
export async function retrievalSql(): Promise<Figure[]> {
  const schema = `cortex_bench_${randomUUID().replaceAll('-', '')}`;
  await using database = await Database.open({ url: runningServices().postgres!.url, schema, statementTimeoutMs: 60_000 });
  try {
    const stored = await store(database, 100_000);
    return [await hybrid(stored, { suite: 'retrieval-sql', title: 'hybrid search over 100,000 chunks, p50' }), ...(await filtered(stored))];
  } finally {
    await database.use((manager) => manager.query(`DROP SCHEMA ${schema} CASCADE`));
  }
}

/** The same of the embedded database, which is for fewer passages. */
export async function retrievalEmbedded(): Promise<Figure[]> {
  const home = await mkdtemp(join(tmpdir(), 'cortex-bench-home-'));
  try {
    await using database = await Database.open({ folder: join(home, 'db'), statementTimeoutMs: 60_000 });
    return [await hybrid(await store(database, 20_000), { suite: 'retrieval-embedded', title: 'hybrid search over 20,000 chunks, p50' })];
  } finally {
    await rm(home, { recursive: true });
  }
}

async function store(database: Database, passages: number): Promise<Stored> {
  const [index, source] = [new PostgresPassageIndex(database), new PassageSource()];
  const vectors = new Map<string, Float32Array[]>();
  const documents = passages / PASSAGES_OF_DOCUMENT;
  for (let document = 0; document < documents; document += 1) {
    const of = Array.from({ length: PASSAGES_OF_DOCUMENT }, (_, ordinal) => source.passage(ordinal));
    const documentId = `d${document}`;
    await index.put(SCOPE, [{ documentId, generation: 1, facts: { language: 'en', metadata: { bucket: document % BUCKETS } }, passages: of }]);
    vectors.set(documentId, of.map(({ vectors: { bench } }) => bench!));
  }
  await new PostgresPassageSpaces(database).settle(SCOPE, 'bench');
  for (const table of ['words', 'vectors', 'lexemes', 'documents']) await database.maintain(`VACUUM (ANALYZE) ${database.schema}.passage_${table}`);
  return { database, index, source, vectors };
}

/** Round by round one after the other, question by question. */
async function hybrid({ database, index, source }: Stored, { suite, title }: { readonly suite: string; readonly title: string }): Promise<Figure> {
  const samples: number[] = [];
  let bareMs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [ours, bare]: [number[], number[]] = [[], []];
    for (const query of source.queries.slice(round * QUERIES, (round + 1) * QUERIES)) {
      const vector = source.vector();
      const question = await bareQuestion(database, query, { vector, limit: LIMIT, candidates: FEW_CANDIDATES });
      bare.push(await timed(() => searchBare(database, question)));
      ours.push(await timed(() => index.search(SCOPE, { vector: { space: 'bench', values: vector }, words: { query, language: 'en' }, limit: LIMIT })));
    }
    bareMs = median(bare);
    samples.push(median(ours) / bareMs);
  }
  const reference = `${bareMs.toFixed(1)} ms for the two statements on the same tables in parallel: nearest by HNSW, BM25 of given words; no tenant, statistics or filter`;
  return figure({ suite, case: title, value: median(samples), unit: 'times', reference, samples }, { atMost: 1.5 });
}

async function filtered({ index, source, vectors }: Stored): Promise<Figure[]> {
  const [found, recalls, times]: [number[], number[], number[]] = [[], [], []];
  for (let bucket = 0; bucket < QUERIES; bucket += 1) {
    const [values, filter] = [source.vector(), parseFilter({ bucket })];
    const meant = [...vectors].filter(([id]) => Number(id.slice(1)) % BUCKETS === bucket).flatMap(([id, of]) => of.map((vector, ordinal) => ({ key: `${id}/${ordinal}`, score: dot(vector, values) })));
    const startedAt = performance.now();
    const { vector } = await index.search(SCOPE, { vector: { space: 'bench', values }, filter, limit: 2 * meant.length });
    times.push(performance.now() - startedAt);
    const read = await index.read(SCOPE, vector!.ranking.slice(0, 10).map(({ id }) => id));
    const nearest = new Set(meant.sort((a, b) => b.score - a.score).slice(0, 10).map(({ key }) => key));
    found.push(vector!.ranking.length / meant.length);
    recalls.push(read.filter(({ document, ordinal }) => nearest.has(`${document.id}/${ordinal}`)).length / 10);
  }
  const reference = `all of them compared in the benchmark, in single precision; ${median(times).toFixed(1)} ms a search`;
  const about = { suite: 'retrieval-sql', unit: 'of 1', reference };
  return [
    figure({ ...about, case: 'filter of 0.1 % over 100,000 chunks: rows found of those that exist', value: Math.min(...found), samples: found }, { atLeast: 1 }),
    figure({ ...about, case: 'filter of 0.1 % over 100,000 chunks: recall@10', value: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length, samples: recalls }, { atLeast: 0.99 }),
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, place) => sum + value * other[place]!, 0);
}
