import { PassagesMissingError, type DocumentGeneration, type PublishedFacts, type Scope } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import type { Tenancy } from '../tenancy/tenancy';
import { exchange } from './exchange';
import { KeptStatistics } from './kept-statistics';
import type { Place } from './place';
import { describeDocument, readWords, type Described } from './published-document';
import { writtenDocument, writtenPlace } from './written-passages';

interface Generations {
  /** The generation that is being published, where it was written. */
  readonly written?: string;
  /** The one that is found. */
  readonly live?: { readonly id: string; readonly generation: number };
}

interface Prepared {
  readonly place: Place;
  readonly described: Described;
}

const GENERATIONS = `SELECT id, generation, is_live AS "isLive" FROM passage_documents
  WHERE collection = $1 AND tenant = $2 AND document = $3 AND (is_live OR generation = $4)`;

const COUNT = 'SELECT count(*)::integer AS count FROM passages WHERE document = $1 AND tenant = $2';

/** Makes a written generation the one that is found. Its words are read before, in short transactions; the change itself is one. */
export class Publication {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly scope: Scope,
    private readonly generation: DocumentGeneration,
  ) {}

  /** @throws PassagesMissingError */
  async publish(about: PublishedFacts): Promise<void> {
    const { tenant } = this.scope;
    const prepared = await this.tenancy.inside(tenant, (manager) => this.#prepare(manager, about));
    if (!prepared) return;
    const { place, described } = prepared;
    await wordByWord((after) => this.tenancy.inside(tenant, (manager) => readWords(manager, described, after)));
    await this.tenancy.inside(tenant, (manager) => exchange(manager, place, [{ id: described.document, ...this.generation }]));
  }

  /** Nothing is left to do where the generation is found already, and only its facts were renewed. */
  async #prepare(manager: EntityManager, { passages, ...facts }: PublishedFacts): Promise<Prepared | undefined> {
    const { tenant } = this.scope;
    const place = await writtenPlace(manager, this.scope);
    const { written, live } = await this.#generations(manager, place);
    const found = live?.generation === this.generation.generation ? live.id : undefined;
    if (passages !== undefined) await this.#expect(passages, manager, written ?? found);
    if (!written && found !== undefined) return renew(manager, place, { tenant, document: found, facts });
    const described = { tenant, document: written ?? (await writtenDocument(manager, place, this.generation)), facts };
    await describeDocument(manager, described);
    return { place, described };
  }

  async #expect(passages: number, manager: EntityManager, document?: string): Promise<void> {
    const [{ count }] = (await manager.query(COUNT, [document ?? null, this.scope.tenant])) as [{ count: number }];
    if (count !== passages) throw new PassagesMissingError(this.generation.documentId, count, passages);
  }

  async #generations(manager: EntityManager, { id, tenant }: Place): Promise<Generations> {
    const { documentId, generation } = this.generation;
    const rows = (await manager.query(GENERATIONS, [id, tenant, documentId, generation])) as { id: string; generation: number; isLive: boolean }[];
    return { written: rows.find(({ isLive }) => !isLive)?.id, live: rows.find(({ isLive }) => isLive) };
  }
}

/** The words of what is found become others, so all of it is one change. */
async function renew(manager: EntityManager, place: Place, described: Described): Promise<undefined> {
  const statistics = await KeptStatistics.held(manager, place);
  if (!statistics) return;
  await statistics.take([described.document]);
  await describeDocument(manager, described);
  await wordByWord((after) => readWords(manager, described, after));
  await statistics.add([described.document]);
}

/** Portion after portion, until there is none. */
async function wordByWord(read: (after: number) => Promise<number | undefined>): Promise<void> {
  for (let last: number | undefined = -1; last !== undefined; ) last = await read(last);
}
