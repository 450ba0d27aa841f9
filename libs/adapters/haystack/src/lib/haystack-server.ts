import { throwIfLeft, type DependencyHealth, type RequestContext } from '@cortex/kernel';
import { circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError, type CircuitBreakerPolicy } from 'cockatiel';
import { HaystackAnswerError, HaystackRefusedError, HaystackUnavailableError } from './haystack.errors';
import type { HaystackSettings } from './haystack.options';
import { bounded } from './bounded';

/** Answers in a row that fail before nobody asks, and for how long. */
const FAILURES = 5;
const HALF_OPEN_AFTER_MS = 5_000;
/** Statuses of a server, or what stands before it, that is not there. 500 is a pipeline that failed, which says nothing of the others. */
const AWAY = [502, 503, 504];

/** The one way to a Hayhooks server: bounded in time and size, with one breaker and one health. It is asked; nothing is deployed or uploaded. */
export class HaystackServer {
  readonly #breaker: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => error instanceof HaystackUnavailableError),
    { halfOpenAfter: HALF_OPEN_AFTER_MS, breaker: new ConsecutiveBreaker(FAILURES) },
  );

  constructor(private readonly settings: HaystackSettings, private readonly health: DependencyHealth) {}

  /** The answer's body, as long as the settings allow; a GET without `body`. @throws HaystackUnavailableError, HaystackRefusedError, the signal's reason */
  async stream(path: string, body: object | undefined, context: RequestContext): Promise<AsyncIterable<Uint8Array>> {
    throwIfLeft(context);
    try {
      const answer = await this.#breaker.execute(() => this.#asked(path, body, context));
      this.health.up();
      return answer;
    } catch (error) {
      throwIfLeft(context);
      const failure = isBrokenCircuitError(error) ? new HaystackUnavailableError('breaker open') : error;
      if (failure instanceof HaystackUnavailableError) this.health.down(failure.code);
      throw failure;
    }
  }

  /** The answer as JSON. @throws HaystackAnswerError, HaystackResponseTooLargeError, and as `stream` */
  async json(path: string, body: object | undefined, context: RequestContext): Promise<unknown> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.stream(path, body, context)) chunks.push(chunk);
    try {
      return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch {
      throw new HaystackAnswerError('Haystack sent what is no JSON');
    }
  }

  async #asked(path: string, body: object | undefined, { signal }: RequestContext): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.#fetched(path, body, signal);
    if (AWAY.includes(response.status)) throw await discarded(response, new HaystackUnavailableError('not there'));
    if (!response.ok || !response.body) throw await discarded(response, new HaystackRefusedError(response.status));
    return bounded(response.body, { ...this.settings, signal });
  }

  async #fetched(path: string, body: object | undefined, signal: AbortSignal): Promise<Response> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), this.settings.silenceMs);
    try {
      return await fetch(new URL(path, `${this.settings.host.replace(/\/$/, '')}/`), {
        ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
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
