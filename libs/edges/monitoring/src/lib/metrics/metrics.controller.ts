import { Controller, Get, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { ResourceUse } from './resource-use';

/** The package's controller on this application's own registry, so that two applications in one process do not mix. */
@ApiTags('operations')
@Controller('metrics')
export class MetricsController extends PrometheusController {
  constructor(private readonly registry: Registry, private readonly use: ResourceUse) {
    super();
  }

  @Get()
  @RouteConfig({ scope: 'infer' })
  @ApiOperation({ operationId: 'metrics', summary: 'Metrics in the Prometheus text format' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', example: 'cortex_dependency_up{dependency="postgres"} 1' } })
  override async index(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    await this.use.refresh();
    void reply.header('content-type', this.registry.contentType);
    return this.registry.metrics();
  }
}
