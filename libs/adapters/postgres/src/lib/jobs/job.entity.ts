import type { JobRecord, JobState } from '@cortex/jobs';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/columns';

/** The record whole, and beside it what is searched for. */
@Entity('jobs')
export class JobRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'integer' })
  revision!: number;

  @Column({ type: 'text' })
  tenant!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'text' })
  state!: JobState;

  @Column({ name: 'created_at', type: 'bigint', transformer: wholeNumber })
  createdAt!: number;

  @Column({ type: 'json' })
  record!: JobRecord;
}
