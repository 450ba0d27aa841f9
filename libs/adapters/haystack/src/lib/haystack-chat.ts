import { throwIfLeft, type DependencyHealth, type RequestContext } from '@cortex/kernel';
import type { ChatMessage } from '@cortex/query';
import { circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError, type CircuitBreakerPolicy } from 'cockatiel';
import { HaystackRefusedError, HaystackUnavailableError } from './haystack.errors';
import type { HaystackSettings } from './haystack.options';
import { bounded } from './bounded';

/** Answers in a row that fail before nobody asks, and for how long. */
const FAILURES = 5;
const HALF_OPEN_AFTER_MS = 5_000;

/** Chats with one pipeline of a Hayhooks server. It runs what is deployed there; it deploys nothing. */
export class HaystackChat {
  readonly #breaker: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => error instanceof HaystackUnavailableError),
    { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new ConsecutiveBreaker(FAILURES) },
  );

  constructor(private readonly settings: HaystackSettings, private readonly health: DependencyHealth) {}

  /** The body of a streamed completion, as long as the settings allow. @throws HaystackUnavailableError, HaystackRefusedError, the signal's reason */
  async stream(messages: readonly ChatMessage[], context: RequestContext): Promise<AsyncIterable<Uint8Array>> {
    throwIfLeft(context);
    try {
      const body = await this.#breaker.execute(() => this.#post(messages, context));
      this.health.up();
      return body;
    } catch (error) {
      throwIfLeft(context);
      const failure = isBrokenCircuitError(error) ? new HaystackUnavailableError('breaker open') : error;
      if (failure instanceof HaystackUnavailableError) this.health.down(failure.code);
      throw failure;
    }
  }

  async #post(messages: readonly ChatMessage[], { signal }: RequestContext): Promise<AsyncIterable<Uint8Array>> {
    const silence = new AbortController();
    const response = await this.#fetched(messages, silence, signal);
    if (response.status >= 500) throw await discarded(response, new HaystackUnavailableError('server error'));
    if (!response.ok || !response.body) throw await discarded(response, new HaystackRefusedError(response.status));
    return bounded(response.body, { ...this.settings, signal });
  }

  async #fetched(messages: readonly ChatMessage[], silence: AbortController, signal: AbortSignal): Promise<Response> {
    const timer = setTimeout(() => silence.abort(), this.settings.silenceMs);
    try {
      return await fetch(new URL('chat/completions', `${this.settings.host.replace(/\/$/, '')}/`), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: this.settings.pipeline, messages, stream: true }),
        redirect: 'error',
        signal: AbortSignal.any([signal, silence.signal]),
      });
    } catch {
      signal.throwIfAborted(); // who leaves says nothing of the server
      throw new HaystackUnavailableError(silence.signal.aborted ? 'silent' : 'unreachable');
    } finally {
      clearTimeout(timer);
    }
  }
}

async function discarded<E extends Error>(response: Response, error: E): Promise<E> {
  await response.body?.cancel();
  return error;
}
