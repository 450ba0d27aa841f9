import { ApiProperty, ApiSchema } from '@nestjs/swagger';

const UP_SINCE = { status: 'up', kind: 'dependency', state: 'up', since: '2026-11-25T09:00:00.000Z' };

/** Documentation of the answers; terminus and the board make them. */
@ApiSchema({ name: 'Live' })
export class LiveDto {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  readonly status!: 'ok';
}

@ApiSchema({ name: 'Readiness' })
export class ReadinessDto {
  @ApiProperty({ enum: ['ok', 'error', 'shutting_down'], example: 'ok' })
  readonly status!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'State (`warming`, `ready`, `draining`), since when, and the code of a warm-up that failed',
    example: { inference: { status: 'up', state: 'ready', since: '2026-11-25T09:00:00.000Z' } },
  })
  readonly details!: Record<string, unknown>;
}

@ApiSchema({ name: 'HealthReport' })
export class HealthReportDto {
  @ApiProperty({ enum: ['ok', 'degraded', 'error', 'shutting_down'], example: 'ok' })
  readonly status!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Every component, dependency and listener: its state, since when, and the code of its last error',
    example: { postgres: UP_SINCE },
  })
  readonly details!: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the process (`residentBytes`) and its container or machine use, against what there is; what could not be read is absent, its source in `unreadable`',
    example: {
      memory: { residentBytes: 512e6, usedBytes: 2e9, limitBytes: 8e9, pressure: 0 },
      cpu: { cores: 4, utilization: 0.4, pressure: 0.1 },
      eventLoop: { lagMs: 1.2 },
      gpus: [{ gpu: '0', utilization: 0.35, usedBytes: 1e9, totalBytes: 80e9 }],
      unreadable: [],
    },
  })
  readonly resources!: Record<string, unknown>;
}
