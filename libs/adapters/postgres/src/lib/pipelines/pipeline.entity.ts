import type { PipelineRecord } from '@cortex/nlp-pipeline';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('pipelines')
export class PipelineRow {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'integer' })
  revision!: number;

  @Column({ type: 'json' })
  record!: PipelineRecord;
}
