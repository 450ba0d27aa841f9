import { paced } from './pace';

const limits = { progressMs: 1_000, minProgressBytes: 100 };

describe('paced', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  /** Pieces of so many bytes, each with the milliseconds before it, and those before the end. */
  async function* source(pieces: readonly (readonly [afterMs: number, bytes: number])[], endsAfterMs = 0): AsyncGenerator<Uint8Array> {
    for (const [afterMs, bytes] of pieces) {
      await passed(afterMs);
      yield new Uint8Array(bytes);
    }
    await passed(endsAfterMs);
  }
  const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  /** How it ends: the bytes that came, or the reason it was given up for. */
  const read = async (chunks: AsyncIterable<Uint8Array>, leftBytes: number, signal = new AbortController().signal) => {
    const count = async () => {
      let bytes = 0;
      for await (const chunk of paced(chunks, { limits, leftBytes, tooSlow: (how) => new Error(how) }, signal)) bytes += chunk.length;
      return bytes;
    };
    const end = count().catch((error: Error) => error.message);
    await jest.advanceTimersByTimeAsync(20_000);
    return Promise.race([end, Promise.resolve('still running')]);
  };

  it('passes on what keeps the pace', async () => {
    expect(await read(source([[900, 100], [900, 100], [900, 100]]), 300)).toBe(300);
  });

  it('gives up what does not, and says how slow it was', async () => {
    expect(await read(source([[900, 100], [900, 99], [900, 100]]), 1_000)).toBe('sent 99 bytes in 1000 ms, expected at least 100');
  });

  it('wants no more than what is left', async () => {
    expect(await read(source([[900, 110], [900, 10]], 900), 120)).toBe(120);
  });

  it('gives up what has sent everything and does not end', async () => {
    expect(await read(source([[0, 120]], 10_000), 120)).toBe('sent 0 bytes in 1000 ms, expected at least 1');
  });

  it('stops with the reason of the signal', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('left')), 500);
    expect(await read(source([[900, 100]]), 100, controller.signal)).toBe('left');
  });
});
