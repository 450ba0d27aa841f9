/** `HttpModule.forRoot(options)`: all protocols, beside global providers of what they call (listed at the class). */
export { HttpModule } from './lib/http.module';
/** Nest's Fastify adapter with the limits and request ids that the edge needs; give it the same options as the module. */
export { HttpAdapter } from './lib/http-adapter';
/** Guards, measures and registers; `document()` adds the operations of controllers to `/openapi.json`. */
export { HttpEdge } from './lib/http-edge';
/** Options with their defaults: 2048 rows, 32 MB a body. */
export { httpOptionsSchema, type HttpOptions } from './lib/http.options';
/** Port: whether `/v2/health/ready` says yes. */
export { ServerReadiness } from './lib/server-readiness.port';
/** Histogram of seconds from the arrival of a request to the end of its answer, by route, method and status. */
export { HTTP_REQUEST_DURATION } from './lib/http-metrics';
