import { DataSource } from 'typeorm';
import { dataSourceOptions, type Target } from './target';

/** One statement on a connection that ends with it, and that no time-out of the serving pool cuts off. */
export async function runAlone(target: Target, statement: string): Promise<void> {
  const source = await new DataSource(dataSourceOptions(target, { max: 1 }, {})).initialize();
  try {
    await source.query(statement);
  } finally {
    await source.destroy();
  }
}
