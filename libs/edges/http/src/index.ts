export { HttpModule } from './lib/http.module';
export { HttpAdapter } from './lib/http-adapter';
export { HttpEdge } from './lib/http-edge';
export { httpOptionsSchema, type HttpOptions } from './lib/http.options';
export { ServerReadiness } from './lib/server-readiness.port';
export { Protocol, route, type Answer, type Call, type Example, type Route } from './lib/route';
export { Content } from './lib/content';
export { named } from './lib/named';
export { HTTP_REQUEST_DURATION } from './lib/http-metrics';
