import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { CortexError } from '@cortex/kernel';
import { SourceFailedError, SourceForbiddenError, SourceNotFoundError, SourceTooSlowError } from '@cortex/model-registry';
import type { HttpPolicy, ResolvedAddress } from './http-policy';

/** One GET. */
export interface SafeRequest {
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` alone, never after a redirect to another. */
  readonly authorization?: string;
}

export interface SafeHttpOptions {
  readonly policy: Pick<HttpPolicy, 'refuseUrl' | 'pin'>;
  /** How long a server may take to answer, and to send the next bytes. */
  readonly silenceMs: number;
  readonly maxRedirects: number;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * GET over HTTP for addresses that somebody else chose. Every hop is held against the policy, its host is looked up once
 * and the connection made to that very address; the body comes as it lies there, with no encoding to unfold.
 */
export class SafeHttp {
  constructor(private readonly options: SafeHttpOptions) {}

  /** The answer of the last hop: 200, 206 or 416. @throws SourceForbiddenError, SourceNotFoundError, SourceFailedError, SourceTooSlowError */
  async get(asked: SafeRequest): Promise<IncomingMessage> {
    let hop = asked;
    for (let redirects = 0; redirects <= this.options.maxRedirects; redirects += 1) {
      const response = await this.#ask(hop);
      if (!REDIRECTS.includes(response.statusCode ?? 0)) return accepted(response);
      response.destroy();
      hop = next(hop, response.headers.location);
    }
    throw new SourceFailedError(`the source redirects more than ${this.options.maxRedirects} times`);
  }

  /** A whole small answer. @throws like `get`, SourceFailedError when it is longer than `limitBytes` */
  async read(request: SafeRequest, limitBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of chunksOf(await this.get(request))) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw new SourceFailedError(`the source's answer is longer than ${limitBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async #ask(hop: SafeRequest): Promise<IncomingMessage> {
    this.options.policy.refuseUrl(hop.url);
    hop.signal.throwIfAborted();
    const pinned = await this.options.policy.pin(hop.url);
    return this.#send(hop, pinned);
  }

  #send({ url, headers, authorization, signal }: SafeRequest, pinned: ResolvedAddress): Promise<IncomingMessage> {
    const options: RequestOptions = {
      // A connection of its own: a shared one might lead to an address that was checked for another name.
      agent: false,
      lookup: lookupOf(pinned),
      signal,
      headers: { accept: '*/*', 'user-agent': 'cortex', ...headers, 'accept-encoding': 'identity', ...(authorization !== undefined && { authorization }) },
    };
    const { silenceMs } = this.options;
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
      const tooSlow = () => new SourceTooSlowError(`the source was silent for ${silenceMs} ms`);
      // The socket's own timer begins with the connection; this one also bounds making it.
      const timer = setTimeout(() => request.destroy(tooSlow()), silenceMs);
      request.on('response', (response) => {
        clearTimeout(timer);
        response.setTimeout(silenceMs, () => response.destroy(tooSlow()));
        resolve(response);
      });
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(failureOf(error, signal));
      });
      request.end();
    });
  }
}

/** The bytes of an answer, its errors as those of a source. */
export async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer;
  } catch (error) {
    throw failureOf(error);
  }
  if (!response.complete) throw new SourceFailedError('the source broke off');
}

function lookupOf({ address, family }: ResolvedAddress): LookupFunction {
  return (_host, { all }, done) => (all ? done(null, [{ address, family }]) : done(null, address, family));
}

/** No step down to plain http, and no key for anybody else. */
function next({ url, authorization, ...hop }: SafeRequest, location: string | undefined): SafeRequest {
  if (location === undefined || !URL.canParse(location, url.href)) throw new SourceFailedError('the source redirects to no address');
  const target = new URL(location, url);
  if (url.protocol === 'https:' && target.protocol !== 'https:') throw new SourceForbiddenError('the source redirects from https to another scheme');
  return { ...hop, url: target, ...(target.origin === url.origin && { authorization }) };
}

function accepted(response: IncomingMessage): IncomingMessage {
  const { statusCode = 0, headers } = response;
  const encoding = headers['content-encoding'] ?? 'identity';
  if ([200, 206, 416].includes(statusCode) && encoding === 'identity') return response;
  response.destroy();
  if (statusCode === 404 || statusCode === 410) throw new SourceNotFoundError('the source has no such model or file');
  if (statusCode === 401 || statusCode === 403) throw new SourceNotFoundError('the source has no such model or file, or does not show it without a key');
  throw new SourceFailedError(statusCode === 200 ? 'the source answers with an encoding that was not asked for' : `the source answered with status ${statusCode}`);
}

function failureOf(error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof CortexError) return error;
  if (signal?.aborted) return signal.reason;
  return new SourceFailedError('the connection to the source failed', { cause: error });
}
