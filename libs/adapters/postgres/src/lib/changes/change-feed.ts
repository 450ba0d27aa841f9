import type { ChangeSignal } from '@cortex/kernel';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database';
import { ChangeRow, type Topic } from './change.entity';

const TOPICS: readonly Topic[] = ['model-catalog', 'keys'];
/** The longest time between two looks while the database does not answer. */
const LONGEST_MS = 5_000;

/** Who is told of a topic's changes. */
export interface Follower {
  /** The topic is at another number than before; when it rejects, it is told again. */
  readonly changed: (number: number) => Promise<void>;
  /** It could not be told; said once, until it works again. */
  readonly failed: (error: unknown) => void;
}

interface Following {
  readonly topic: Topic;
  readonly follower: Follower;
  told: number | undefined;
  isFailing: boolean;
}

export interface ChangeFeedOptions {
  readonly database: Database;
  readonly signal: ChangeSignal;
  readonly pollMs: number;
}

/**
 * How processes see each other's changes: each topic has a number in the database that grows with every change. One query looks
 * at all of them, twice a second and whenever another replica says that there is something to see.
 */
export class ChangeFeed implements Disposable {
  readonly #followings = new Set<Following>();
  readonly #hearing: readonly Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  /** Something was heard while a look was under way, which may have missed it. */
  #looksAgain = false;
  #failures = 0;

  constructor(private readonly options: ChangeFeedOptions) {
    this.#hearing = TOPICS.map((topic) => options.signal.listen(topic, () => this.#hear()));
  }

  /** Tells the topic's number soon, then whenever it has become another one. */
  follow(topic: Topic, follower: Follower): Disposable {
    const following: Following = { topic, follower, told: undefined, isFailing: false };
    this.#followings.add(following);
    this.#hear();
    return { [Symbol.dispose]: () => void this.#followings.delete(following) };
  }

  /** To be said once the change is committed. */
  announce(topic: Topic): void {
    this.options.signal.announce(topic);
  }

  [Symbol.dispose](): void {
    this.#followings.clear();
    clearTimeout(this.#timer);
    for (const hearing of this.#hearing) hearing[Symbol.dispose]();
  }

  #hear(): void {
    if (this.#isLooking) this.#looksAgain = true;
    else this.#lookIn(0);
  }

  /** One look is planned at most, and none when nobody would be told. */
  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#followings.size > 0) this.#timer = setTimeout(() => void this.#look(), ms).unref();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#looksAgain = false;
    this.#failures = (await this.#tellAll()) ? 0 : this.#failures + 1;
    this.#isLooking = false;
    const pauseMs = Math.min(LONGEST_MS, this.options.pollMs * 2 ** this.#failures);
    this.#lookIn(this.#looksAgain && this.#failures === 0 ? 0 : pauseMs);
  }

  /** Whether everybody knows everything now. */
  async #tellAll(): Promise<boolean> {
    const followings = [...this.#followings];
    try {
      const rows = await this.options.database.use((manager) => manager.find(ChangeRow));
      const numbers = new Map(rows.map(({ topic, number }) => [topic, number]));
      return (await Promise.all(followings.map((following) => this.#tell(following, numbers.get(following.topic) ?? 0)))).every(Boolean);
    } catch (error) {
      for (const following of followings) fail(following, error);
      return false;
    }
  }

  async #tell(following: Following, number: number): Promise<boolean> {
    try {
      if (following.told !== number && this.#followings.has(following)) await following.follower.changed(number);
      following.told = number;
      following.isFailing = false;
      return true;
    } catch (error) {
      fail(following, error);
      return false;
    }
  }
}

function fail(following: Following, error: unknown): void {
  if (!following.isFailing) following.follower.failed(error);
  following.isFailing = true;
}

/** Counts a change inside its transaction: whoever changes the same topic waits until this one ends, so numbers appear in order. */
export async function countChange(manager: EntityManager, topic: Topic): Promise<number> {
  const { raw } = await manager
    .createQueryBuilder()
    .update(ChangeRow)
    .set({ number: () => 'number + 1' })
    .where({ topic })
    .returning('number')
    .execute();
  return Number((raw as [{ number: string }])[0].number);
}
