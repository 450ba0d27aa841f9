import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { HttpEdge } from './http-edge';
import { RecentRequests } from './insight/recent-requests';
import { httpOptionsSchema, type HttpOptions, type HttpSettings } from './http.options';
import { HTTP_SETTINGS } from './http.tokens';
import { PROTOCOL_CLASSES, PROTOCOL_PARTS, PROTOCOLS } from './protocols';
import type { Protocol } from './route';
import { RowLimit } from './row-limit';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: HTTP_OPTIONS } = new ConfigurableModuleBuilder<HttpOptions>({ moduleName: 'Http' })
  .setClassMethodName('forRoot')
  .build();

/** How many of the last requests can be looked at. */
const REMEMBERED_REQUESTS = 1_000;

/**
 * Serves every protocol. `HttpModule.forRoot(options)` beside global providers of Access, Keys, Orchestrator, ModelRegistry,
 * Releases, Rollouts, Pulls, Uploads, TextModels, Nlp, Pipelines, Jobs, BatchInference, Files, Governor, Residency, ServerReadiness, Clock and Telemetry,
 * in an app made with `new HttpAdapter(options)`.
 * A ReservationLedger is used where the app offers one.
 */
@Module({
  providers: [
    { provide: HTTP_SETTINGS, useFactory: (options: HttpOptions) => httpOptionsSchema.parse(options), inject: [HTTP_OPTIONS] },
    { provide: RowLimit, useFactory: ({ maxRowsPerRequest }: HttpSettings) => new RowLimit(maxRowsPerRequest), inject: [HTTP_SETTINGS] },
    { provide: RecentRequests, useFactory: () => new RecentRequests(REMEMBERED_REQUESTS) },
    ...PROTOCOL_PARTS,
    ...PROTOCOL_CLASSES,
    { provide: PROTOCOLS, useFactory: (...protocols: Protocol[]) => protocols, inject: [...PROTOCOL_CLASSES] },
    HttpEdge,
  ],
  exports: [HttpEdge],
})
export class HttpModule extends ConfigurableModuleClass {}
