import { setTimeout as wait } from 'node:timers/promises';
import { SharedSession, type Backend, type Client } from './shared-session';

/** Writes down what it is asked; `b`, `c` begin and end a transaction, `!` breaks it. */
class FakeBackend implements Backend {
  readonly log: string[] = [];
  #inTransaction = false;

  execProtocolRawStream: Backend['execProtocolRawStream'] = async (bytes, options) => {
    const said = Buffer.from(bytes).toString();
    if (said === '!') throw new Error('unreachable');
    this.log.push(said.startsWith('S\0') ? 'sync' : said);
    if (said.endsWith('b')) this.#inTransaction = true;
    if (said.endsWith('c')) this.#inTransaction = false;
    await wait(1);
    options?.onRawData(Buffer.from(`answer to ${said}`));
  };

  exec: Backend['exec'] = async (query) => {
    this.log.push(query);
    this.#inTransaction = false;
    return [];
  };

  isInTransaction = (): boolean => this.#inTransaction;
}

class FakeClient implements Client {
  readonly answers: string[] = [];
  expelled = false;
  readonly answer = (bytes: Uint8Array) => void this.answers.push(Buffer.from(bytes).toString());
  readonly expel = () => void (this.expelled = true);
}

const unit = (text: string, continues = false) => ({ bytes: Buffer.from(text), continues });

describe('SharedSession', () => {
  let backend: FakeBackend;
  let session: SharedSession;
  const broken: unknown[] = [];
  const [one, two] = [new FakeClient(), new FakeClient()];

  beforeEach(() => {
    backend = new FakeBackend();
    session = new SharedSession(backend, { idleMs: 50, onBroken: (error) => broken.push(error) });
  });

  it('gives each its own answers, in the order they asked', async () => {
    await Promise.all([session.run(one, unit('1')), session.run(two, unit('2')), session.run(one, unit('3'))]);
    expect(backend.log).toEqual(['1', '2', '3']);
    expect([one.answers, two.answers]).toEqual([['answer to 1', 'answer to 3'], ['answer to 2']]);
  });

  it('lets nobody between the statements of a transaction', async () => {
    const begun = session.run(one, unit('1b'));
    const other = session.run(two, unit('2'));
    await begun;
    await wait(5);
    await session.run(one, unit('1'));
    await session.run(one, unit('1c'));
    await other;
    expect(backend.log).toEqual(['1b', '1', '1c', '2']);
  });

  it('lets nobody between the parts of an exchange', async () => {
    const first = session.run(one, unit('parse', true));
    const other = session.run(two, unit('2'));
    await first;
    await session.run(one, unit('bind'));
    await other;
    expect(backend.log).toEqual(['parse', 'bind', '2']);
  });

  it('undoes what a client began that leaves, and forgets what it still wanted', async () => {
    await session.run(one, unit('1b'));
    const other = session.run(two, unit('2'));
    await session.leave(one);
    await other;
    expect(backend.log).toEqual(['1b', 'sync', 'ROLLBACK', '2']);

    const [waiting, wanted] = [session.run(two, unit('3')), session.run(one, unit('never'))];
    await session.leave(one);
    await Promise.all([waiting, wanted]);
    expect(backend.log).not.toContain('never');
  });

  it('shows out whoever does nothing in a transaction while others wait, however many come', async () => {
    const idle = new FakeClient();
    await session.run(idle, unit('b'));
    await wait(80);
    expect(idle.expelled).toBe(false);
    const others = [];
    for (let i = 0; i < 10 && !idle.expelled; i += 1) {
      others.push(session.run(two, unit('2')));
      await wait(10);
    }
    await wait(50);
    expect(idle.expelled).toBe(true);
    await session.leave(idle);
    await Promise.all(others);
  });

  it('keeps house between transactions, and hands on what fails there', async () => {
    await session.run(one, unit('1b'));
    const kept = session.exclusively(async () => backend.log.push('house'));
    await session.run(one, unit('1c'));
    await kept;
    expect(backend.log).toEqual(['1b', '1c', 'house']);
    await expect(session.exclusively(() => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    await session.run(one, unit('4'));
  });

  it('says when the backend fails, which no answer does', async () => {
    await session.run(one, unit('!'));
    expect(broken).toEqual([new Error('unreachable')]);
  });
});
