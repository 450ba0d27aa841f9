import { Column, Entity, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/columns';

@Entity('keys')
export class KeyRow {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  /** The order of adding; made by the database. */
  @Column({ type: 'bigint', transformer: wholeNumber, insert: false, update: false })
  place!: number;

  /** As it was stored; nobody has checked it since. */
  @Column({ type: 'json' })
  record!: unknown;
}
