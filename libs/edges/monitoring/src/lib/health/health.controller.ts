import { Controller, Get, Header, Res, ServiceUnavailableException } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { ResourceUse } from '../metrics/resource-use';
import { HealthBoard } from './health-board';
import { HealthReportDto, LiveDto, ReadinessDto } from './health.dto';
import { HealthIndicators } from './health.indicators';

const LIVE: LiveDto = { status: 'ok' };
/** A warm-up and a restart take seconds: whoever polls may do so every one. */
const RETRY_AFTER_MS = 1_000;

/** `/health/live` and `/health/ready` are for machines and open; the full report needs a key. */
@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicators,
    private readonly board: HealthBoard,
    private readonly use: ResourceUse,
  ) {}

  /** Answers whenever the event loop turns; it looks at nothing, so that it stays cheap under full load. */
  @Get('live')
  @RouteConfig({ scope: 'public' })
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'live', summary: 'Is the process alive?' })
  @ApiOkResponse({ type: LiveDto })
  live(): LiveDto {
    return LIVE;
  }

  @Get('ready')
  @RouteConfig({ scope: 'public' })
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @ApiOperation({ operationId: 'ready', summary: 'Should new work be sent here?' })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto })
  ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    return settle(this.health.check([() => this.indicators.ready()]), reply);
  }

  @Get()
  @RouteConfig({ scope: 'infer' })
  @HealthCheck({ noCache: true, swaggerDocumentation: false })
  @ApiOperation({ operationId: 'health', summary: 'How is every part?' })
  @ApiOkResponse({ type: HealthReportDto })
  @ApiServiceUnavailableResponse({ type: HealthReportDto })
  async report(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const result = await settle(this.health.check(this.indicators.parts()), reply);
    await this.use.refresh();
    return { ...result, resources: this.use.report(), ...this.board.sections() };
  }
}

/** A failed check is an answer with its own body, not an error for somebody else's filter to word. */
async function settle(check: Promise<object>, reply: FastifyReply): Promise<object> {
  try {
    return await check;
  } catch (error) {
    if (!(error instanceof ServiceUnavailableException)) throw error;
    void reply.status(503).headers({ 'retry-after': String(RETRY_AFTER_MS / 1_000), 'retry-after-ms': String(RETRY_AFTER_MS) });
    return Object(error.getResponse());
  }
}
