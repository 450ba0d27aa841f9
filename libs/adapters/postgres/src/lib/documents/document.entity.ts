import type { DocumentRecord, DocumentState, Metadata } from '@cortex/query';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The record whole, and beside it what is searched for. */
@Entity('documents')
export class DocumentRow {
  @PrimaryColumn({ type: 'text' })
  tenant!: string;

  @PrimaryColumn({ type: 'text' })
  collection!: string;

  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'integer' })
  revision!: number;

  @Column({ type: 'text' })
  state!: DocumentState;

  @Column({ type: 'jsonb' })
  metadata!: Metadata;

  @Column({ type: 'json' })
  record!: DocumentRecord;
}
