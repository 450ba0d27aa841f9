import * as http from 'node:http';
import * as https from 'node:https';
import type { ClientOptions } from 'minio';
import { BusyServerError, SilentServerError } from './s3-failure';

type Transport = NonNullable<ClientOptions['transport']>;

export interface CallLimits {
  readonly signal?: AbortSignal;
  readonly silenceMs: number;
  /** Whoever reads the answer minds the time himself: he may be slow. */
  readonly readsSlowly?: boolean;
}

/** How one call reaches the server: within its limits, through an agent that all calls share. */
export function callTransport(protocol: 'http:' | 'https:', limits: CallLimits): Transport {
  const server: Transport = protocol === 'https:' ? https : http;
  const request = (options: http.RequestOptions, onAnswer: (answer: http.IncomingMessage) => void): http.ClientRequest => {
    const asked = server.request({ ...options, signal: limits.signal, timeout: limits.silenceMs }, (answer) => {
      if (limits.readsSlowly) asked.setTimeout(0);
      if (isBusy(answer.statusCode)) {
        answer.resume();
        asked.emit('error', new BusyServerError(answer.statusCode!)); // the client would hide it in a text
      } else onAnswer(answer);
    });
    asked.on('timeout', () => asked.destroy(new SilentServerError(limits.silenceMs)));
    return asked;
  };
  return { request: request as Transport['request'] };
}

function isBusy(status = 0): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 507);
}
