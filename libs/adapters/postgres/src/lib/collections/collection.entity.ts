import type { CollectionRecord } from '@cortex/query';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('collections')
export class CollectionRow {
  @PrimaryColumn({ type: 'text' })
  tenant!: string;

  @PrimaryColumn({ type: 'text' })
  collection!: string;

  @Column({ type: 'integer' })
  revision!: number;

  @Column({ type: 'json' })
  record!: CollectionRecord;
}
