import { Column, Entity, PrimaryColumn } from 'typeorm';
import { wholeNumber } from '../database/columns';

/** What processes tell each other about. */
export type Topic = 'model-catalog' | 'keys';

@Entity('changes')
export class ChangeRow {
  @PrimaryColumn({ type: 'text' })
  topic!: Topic;

  /** One more with each change. */
  @Column({ type: 'bigint', transformer: wholeNumber })
  number!: number;
}
