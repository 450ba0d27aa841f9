import { setTimeout as sleep } from 'node:timers/promises';
import { EventStream, textOf, type StreamEvent } from './event-stream';

describe('EventStream', () => {
  it('writes events, and a sign of life while none comes', async () => {
    let goOn = (): void => undefined;
    const sign = new Promise<void>((resolve) => (goOn = resolve));
    const events = async function* (): AsyncGenerator<StreamEvent> {
      yield { event: 'a', data: { text: 'two\nlines' } };
      await sign;
      yield { event: 'b', data: {} };
    };
    let text = '';
    for await (const part of textOf(new EventStream(events, 50))) {
      text += String(part);
      if (text.includes('still here')) goOn();
    }
    expect(text).toMatch(/^event: a\ndata: \{"text":"two\\nlines"\}\n\n(: still here\n\n)+event: b\ndata: \{\}\n\n$/);
  });

  it('tells the source when nobody listens any more', async () => {
    let signal: AbortSignal | undefined;
    const stream = textOf(new EventStream((given) => {
      signal = given;
      return forever(given);
    }));
    stream.resume();
    await sleep(10);
    stream.destroy();
    await sleep(10);
    expect(signal!.aborted).toBe(true);
  });
});

async function* forever(signal: AbortSignal): AsyncGenerator<StreamEvent> {
  for (;;) {
    yield { event: 'tick', data: {} };
    await sleep(5, undefined, { signal });
  }
}
