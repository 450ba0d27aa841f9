import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RawRequestDefaultExpression } from 'fastify';
import { RouteNotFoundError } from './http.errors';
import { httpOptionsSchema, type HttpOptions } from './http.options';
import { refuse } from './refuse';
import { requestIdOf } from './request-id';

/** `name@version+variant`, percent-encoded at worst, is longer than Fastify's default of 100. */
const LONGEST_PARAMETER = 1_024;
const SLOWEST_REQUEST_MS = 300_000;

/** Nest's Fastify adapter as the edge needs it: `NestFactory.create(AppModule, new HttpAdapter(options))`. */
export class HttpAdapter extends FastifyAdapter {
  constructor(options: HttpOptions = {}) {
    const { maxBodyBytes } = httpOptionsSchema.parse(options);
    super({
      bodyLimit: maxBodyBytes,
      genReqId: ({ headers }: RawRequestDefaultExpression) => requestIdOf(headers),
      requestIdHeader: false,
      requestTimeout: SLOWEST_REQUEST_MS,
      // A stopping server answers what it has accepted; idle connections go at once.
      return503OnClosing: false,
      forceCloseConnections: 'idle',
      routerOptions: { maxParamLength: LONGEST_PARAMETER },
      frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => refuse(reply, error),
    });
  }

  /** Nest's own would answer in a form that no protocol here speaks. */
  override setNotFoundHandler(): FastifyInstance {
    return this.instance.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
      refuse(reply, new RouteNotFoundError(request.method, request.url.split('?', 1)[0]!));
    });
  }
}
