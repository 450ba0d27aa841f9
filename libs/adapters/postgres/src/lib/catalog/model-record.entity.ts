import { Column, Entity, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/columns';

@Entity('model_records')
export class ModelRecordRow {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  /** 0 where the record was removed. */
  @Column({ type: 'integer' })
  revision!: number;

  /** As it was stored; nobody has checked it since. */
  @Column({ type: 'json', nullable: true })
  record!: unknown;

  @Column({ type: 'bigint', transformer: wholeNumber })
  change!: number;

  @Column({ type: 'uuid' })
  writer!: string;
}
