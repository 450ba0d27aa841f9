import { VectorWidthError, type PassageRankings, type PassageSearch, type Scope, type SearchedRanking } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import type { Tenancy } from '../tenancy/tenancy';
import type { Among } from './among';
import { fewDocuments, findPlace, findSpace, type Space } from './place';
import { NOTHING } from './ranked';
import { nearest } from './vector-search';
import { matching } from './word-search';

interface Ways {
  readonly among: Among;
  readonly space?: Space;
}

/** One search: first what is searched, then by vector and by words at once, on a connection each. */
export class Search {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly scope: Scope,
    private readonly asked: PassageSearch,
  ) {}

  async run(): Promise<PassageRankings> {
    const ways = await this.#inside((manager) => this.#ways(manager));
    const [vector, words] = await Promise.all([this.#byVector(ways), this.#byWords(ways)]);
    return { ...(vector && { vector }), ...(words && { words }) };
  }

  async #ways(manager: EntityManager): Promise<Ways | undefined> {
    const { filter, vector } = this.asked;
    const place = await findPlace(manager, this.scope);
    if (!place) return undefined;
    const space = vector && (await findSpace(manager, place, vector.space));
    if (space && space.width !== vector.values.length) throw new VectorWidthError(vector.values.length, space.width);
    return { among: { place, ...(filter && { filter, few: await fewDocuments(manager, place, filter) }) }, space };
  }

  async #byVector(ways: Ways | undefined): Promise<SearchedRanking | undefined> {
    const { vector, limit } = this.asked;
    if (!vector) return undefined;
    const space = ways?.space;
    return ways && space ? this.#inside((manager) => nearest(manager, ways.among, { ...vector, space, limit })) : NOTHING;
  }

  async #byWords(ways: Ways | undefined): Promise<SearchedRanking | undefined> {
    const { words, limit } = this.asked;
    if (!words) return undefined;
    return ways ? this.#inside((manager) => matching(manager, ways.among, { ...words, limit })) : NOTHING;
  }

  #inside<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.tenancy.inside(this.scope.tenant, work);
  }
}
