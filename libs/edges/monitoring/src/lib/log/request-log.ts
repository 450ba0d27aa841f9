import { traceIdOf } from '@cortex/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CortexLogger, LogLevel } from './cortex-logger';

/**
 * One line a request once it is answered: at `error` for a bug, at `warn` for what another service or the load did, at
 * `debug` otherwise and for health probes. The route is its pattern, so that neither a query nor a name in a path is written,
 * and of `traceparent` only a trace id that can be read.
 */
export function requestLog(fastify: FastifyInstance, logger: CortexLogger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const level = isProbe(request) ? 'debug' : levelOf(reply.statusCode);
    if (logger.isEnabled(level)) logger.write(level, fieldsOf(request, reply), 'request');
    done();
  });
}

/** Probes ask until the answer changes: their log would be the longest and say the least. */
function isProbe(request: FastifyRequest): boolean {
  return request.routeOptions.url?.includes('/health/') === true;
}

function levelOf(status: number): LogLevel {
  if (status < 500) return 'debug';
  return status === 500 ? 'error' : 'warn';
}

function fieldsOf(request: FastifyRequest, reply: FastifyReply): Record<string, unknown> {
  const { traceparent } = request.headers;
  return {
    requestId: request.id,
    ...(typeof traceparent === 'string' && { traceId: traceIdOf(traceparent) }),
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 1_000) / 1_000,
  };
}
