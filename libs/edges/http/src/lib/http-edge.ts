import { Access } from '@cortex/access';
import type { Principal, Scope } from '@cortex/identity';
import { Clock, Telemetry } from '@cortex/kernel';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { NOBODY } from './arrival';
import { RouteNotFoundError } from './http.errors';
import { HTTP_SETTINGS } from './http.tokens';
import type { HttpSettings } from './http.options';
import { RecentRequests } from './insight/recent-requests';
import { HttpMetrics } from './http-metrics';
import { documentationRoutes } from './openapi/documentation-routes';
import type { Operations } from './openapi/open-api-document';
import { PROTOCOLS } from './protocols';
import { refuse } from './refuse';
import { bodyReader } from './request-body';
import type { Protocol, Route } from './route';
import { handlerOf } from './route-handler';

/**
 * Puts every protocol on the Fastify instance that Nest holds. Its hooks stand on the root, so they guard and measure
 * Nest's controllers too, whichever were there first: Fastify binds hooks to routes when it becomes ready.
 */
@Injectable()
export class HttpEdge implements OnModuleInit {
  readonly #metrics: HttpMetrics;
  #operations: Operations = {};

  constructor(
    @Inject(PROTOCOLS) private readonly protocols: readonly Protocol[],
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
    private readonly access: Access,
    private readonly clock: Clock,
    private readonly recent: RecentRequests,
    telemetry: Telemetry,
    private readonly host: HttpAdapterHost,
  ) {
    this.#metrics = new HttpMetrics(telemetry);
  }

  async onModuleInit(): Promise<void> {
    await this.install(this.host.httpAdapter.getInstance<FastifyInstance>());
  }

  /** Adds the operations of Nest's controllers to the OpenAPI document: `edge.document(SwaggerModule.createDocument(app, …))`. */
  document(operations: Operations): void {
    this.#operations = operations;
  }

  /** Adds hooks and routes; for a Fastify instance that is not listening yet. */
  async install(fastify: FastifyInstance): Promise<void> {
    fastify.decorateRequest('arrival', null);
    fastify.addHook('onRequest', this.#letIn);
    fastify.addHook('onResponse', this.#measure);
    await fastify.register((edge, _options, done) => {
      this.#registerRoutes(edge);
      done();
    });
  }

  #registerRoutes(edge: FastifyInstance): void {
    const read = bodyReader(this.settings.maxBodyBytes);
    edge.removeAllContentTypeParsers();
    edge.addContentTypeParser(['application/json', '*'], (request, payload, done) => {
      if (request.routeOptions.config.streamsBody) done(null, payload);
      else read(request.headers, payload, done);
    });
    edge.setErrorHandler((error, _request, reply) => refuse(reply, error));
    for (const route of this.#allRoutes()) this.#register(edge, route);
    edge.all('/*', { exposeHeadRoute: false, config: { scope: 'infer' }, onRequest: notFound }, notFound);
  }

  #allRoutes(): readonly Route[] {
    const groups = this.protocols.map((protocol) => ({ name: protocol.name, routes: protocol.routes() }));
    return [...groups.flatMap(({ routes }) => routes), ...documentationRoutes(groups, this.settings.version, () => this.#operations)];
  }

  #register(edge: FastifyInstance, route: Route): void {
    edge.route({ method: route.method, url: route.url, config: { scope: route.scope, streamsBody: route.streamsBody }, handler: handlerOf(route, this.clock) });
  }

  readonly #letIn = (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const { config } = request.routeOptions;
    request.arrival = { principal: NOBODY, atMs: this.clock.now(), route: config };
    reply.header('x-request-id', request.id);
    try {
      const { scope = 'admin' } = config;
      if (scope !== 'public') request.arrival = { ...request.arrival, principal: this.#principalOf(request, scope) };
    } catch (error) {
      return refuse(reply, error);
    }
    done();
  };

  #principalOf({ headers }: FastifyRequest, scope: Scope): Principal {
    const principal = this.access.authenticate(headers);
    this.access.authorize(principal, scope);
    return principal;
  }

  readonly #measure = ({ id, arrival, method }: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    if (!arrival) return done();
    const { statusCode: status } = reply;
    const { route, context, principal, atMs } = arrival;
    const ms = this.clock.now() - atMs;
    this.#metrics.record(route, { method, status, ms });
    if (context) {
      const { traceId, tenant, priority, timings } = context;
      const code = status < 400 ? undefined : (reply.getHeader('x-cortex-error-code') as string | undefined);
      this.recent.add({ id, traceId, tenant, key: principal.keyName, method, route: route.url ?? 'unknown', status, code, priority, at: Date.now(), ms, timings });
    }
    done();
  };
}

/** As a hook it answers before the body is read. */
function notFound(request: FastifyRequest, reply: FastifyReply): void {
  refuse(reply, new RouteNotFoundError(request.method, request.url.split('?', 1)[0]!));
}
