import { setTimeout as sleep } from 'node:timers/promises';
import type { BeirCollection } from '@cortex/evaluation';
import type { Answer, Quality, SearchMode } from '@cortex/query';
import type { CortexProcess } from '@cortex/service-process';

const MODES: readonly SearchMode[] = ['hybrid', 'vector', 'words'];
const PORTION = 500;
const EMBEDDED_AT_ONCE = 64;
const IN_FLIGHT = 4;
const POLL_MS = 50;
/** Of a passage of 224 tokens. */
const PART_CHARACTERS = 1_000;

/** Collections of a running Cortex, as their users see them. */
export class CollectionService {
  constructor(private readonly server: CortexProcess) {}

  async make(name: string, model?: string): Promise<void> {
    await this.#post('/v1/collections', { name, ...(model !== undefined && { model }) });
  }

  /** Sends one plain text as it is made, and waits until it is found; its passages. */
  async ingestedText(collection: string, chunks: Iterable<Uint8Array>): Promise<number> {
    const path = `/v1/collections/${collection}/documents/text`;
    const { job } = await this.#answer<{ readonly job: { readonly id: string } }>(path, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: ReadableStream.from(chunks), duplex: 'half' });
    await this.#ended(job.id);
    return (await this.#answer<{ readonly found: { readonly passages: number } }>(path, { method: 'GET' })).found.passages;
  }

  /** Makes a collection and fills it; how long that took, and how long the model alone takes for its passages. */
  async filled(name: string, { documents }: BeirCollection, model?: string): Promise<{ readonly ingestedMs: number; readonly embeddedMs: number }> {
    await this.make(name, model);
    const since = performance.now();
    const jobs: string[] = [];
    for (let from = 0; from < documents.length; from += PORTION) {
      const { job } = await this.#post<{ readonly job: { readonly id: string } }>(`/v1/collections/${name}/documents`, { documents: documents.slice(from, from + PORTION) });
      jobs.push(job.id);
    }
    for (const job of jobs) await this.#ended(job);
    const ingestedMs = performance.now() - since;
    return { ingestedMs, embeddedMs: await this.#embeddedMs(documents.flatMap(partsOf), model) };
  }

  evaluate(name: string, { queries, judgements }: BeirCollection, modes = MODES): Promise<Readonly<Record<SearchMode, Quality>>> {
    const judged = Object.fromEntries([...judgements].map(([query, gains]) => [query, Object.fromEntries(gains)]));
    return this.#post(`/v1/collections/${name}/evaluate`, { queries, judgements: judged, modes });
  }

  /** Whether a search by vectors compared all of them. */
  async isExact(name: string, query: string): Promise<boolean> {
    return (await this.#post<{ readonly exact: boolean }>(`/v1/collections/${name}/search`, { query, mode: 'vector' })).exact;
  }

  /** Milliseconds of each search, one after the other, until `until` says so. */
  async timed(name: string, queries: readonly string[], until = () => false): Promise<number[]> {
    const times: number[] = [];
    for (const query of queries) {
      if (until()) break;
      const since = performance.now();
      await this.#post(`/v1/collections/${name}/search`, { query, limit: 10 });
      times.push(performance.now() - since);
    }
    return times;
  }

  /** The same, as long as another model embeds the collection. */
  async timedWhile(name: string, queries: readonly string[], model: string): Promise<number[]> {
    const { job } = await this.#post<{ readonly job: { readonly id: string } }>(`/v1/collections/${name}/spaces`, { model });
    let isOver = false;
    const searches = async () => {
      const times: number[] = [];
      while (!isOver) times.push(...(await this.timed(name, queries, () => isOver)));
      return times;
    };
    const [times] = await Promise.all([searches(), this.#ended(job.id).finally(() => (isOver = true))]);
    return times;
  }

  async ask(collection: string, questions: readonly string[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const question of questions) answers.push((await this.#post<{ readonly answer: Answer }>('/v1/query', { collection, question, plan: 'answer' })).answer);
    return answers;
  }

  async #embeddedMs(texts: readonly string[], model = 'cortex-embed-en'): Promise<number> {
    const portions = Array.from({ length: Math.ceil(texts.length / EMBEDDED_AT_ONCE) }, (_, place) => texts.slice(place * EMBEDDED_AT_ONCE, (place + 1) * EMBEDDED_AT_ONCE));
    const since = performance.now();
    const work = async () => {
      for (let portion = portions.pop(); portion; portion = portions.pop()) await this.#post('/embed', { model, inputs: portion, truncate: true }, { 'cache-control': 'no-store' });
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
    return performance.now() - since;
  }

  async #ended(job: string): Promise<void> {
    for (;;) {
      const { state } = await this.#answer<{ readonly state: string }>(`/v1/jobs/${job}`, { method: 'GET' });
      if (state === 'succeeded') return;
      if (state === 'failed' || state === 'cancelled') throw new Error(`job ${job} ${state}`);
      await sleep(POLL_MS);
    }
  }

  #post<T>(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<T> {
    return this.#answer(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async #answer<T>(path: string, { headers, ...request }: RequestInit): Promise<T> {
    const response = await fetch(`${this.server.url}${path}`, { ...request, headers: { ...(await this.server.headers()), ...(headers as Record<string, string>) } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

/** About as long as its passages, with the title before each as they have it. */
function partsOf({ title, text }: BeirCollection['documents'][number]): string[] {
  const count = Math.max(1, Math.ceil(text.length / PART_CHARACTERS));
  const length = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, place) => [title, text.slice(place * length, (place + 1) * length)].filter((part) => part !== undefined).join('\n'));
}
