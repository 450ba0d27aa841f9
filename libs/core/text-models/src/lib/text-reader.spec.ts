import { CallerGoneError, internalContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import { TextReader } from './text-reader';
import { TextTooLongError } from './text-models.errors';
import type { Encoding } from './tokenizer.port';

const limits = { maxTokens: 4, truncate: true };

function* encodings(clock: FakeClock, { texts, eachMs = 0, truncated = false }: { texts: number; eachMs?: number; truncated?: boolean }): Iterable<Encoding> {
  for (let text = 0; text < texts; text++) {
    clock.advance(eachMs);
    yield { ids: Int32Array.of(text, text), truncated: truncated && text % 2 === 1 };
  }
}

describe('TextReader', () => {
  describe('read', () => {
    it('counts tokens and cut texts', async () => {
      const clock = new FakeClock();
      const { rows, tokens, truncated } = await new TextReader(clock).read(encodings(clock, { texts: 4, truncated: true }), limits, internalContext());
      expect(rows.map(({ ids }) => ids[0])).toEqual([0, 1, 2, 3]);
      expect({ tokens, truncated }).toEqual({ tokens: 8, truncated: 2 });
    });

    it('refuses the first text that is too long when it may not be cut', async () => {
      const clock = new FakeClock();
      const reading = new TextReader(clock).read(encodings(clock, { texts: 4, truncated: true }), { ...limits, truncate: false }, internalContext());
      await expect(reading).rejects.toEqual(new TextTooLongError(1, 4));
    });

    it('adds its working time to what the request was charged before', async () => {
      const [clock, context] = [new FakeClock(), internalContext()];
      context.timings.tokenizeMs = 10;
      await new TextReader(clock).read(encodings(clock, { texts: 5, eachMs: 1 }), limits, context);
      expect(context.timings.tokenizeMs).toBe(15);
    });

    it('lets the event loop turn after each slice of 2 ms', async () => {
      const clock = new FakeClock();
      const reading = new TextReader(clock).read(encodings(clock, { texts: 10, eachMs: 1 }), limits, internalContext());
      let turns = 0;
      let done = false;
      void reading.then(() => (done = true));
      while (!done) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        turns++;
      }
      expect(turns).toBeGreaterThanOrEqual(5);
    });

    it('does not pause for what takes less', async () => {
      const clock = new FakeClock();
      let turned = false;
      setImmediate(() => (turned = true));
      await new TextReader(clock).read(encodings(clock, { texts: 3, eachMs: 0.5 }), limits, internalContext());
      expect(turned).toBe(false);
    });

    it('stops when the caller has left', async () => {
      const [clock, caller] = [new FakeClock(), new AbortController()];
      const made = jest.fn();
      const watched = (function* () {
        for (const encoding of encodings(clock, { texts: 100, eachMs: 1 })) {
          made();
          yield encoding;
        }
      })();
      const reading = new TextReader(clock).read(watched, limits, internalContext({ signal: caller.signal }));
      caller.abort(new CallerGoneError());
      await expect(reading).rejects.toThrow(CallerGoneError);
      expect(made.mock.calls.length).toBeLessThan(4);
    });
  });
});
