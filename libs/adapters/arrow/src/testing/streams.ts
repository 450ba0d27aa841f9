import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, 'pyarrow');

/** What pyarrow wrote, by `write_streams.py`. */
export function pyarrowStream(name: string): Buffer {
  return readFileSync(join(folder, `${name}.arrows`));
}

/** The names of all streams that are read here, and of those that are refused. */
export const PYARROW_STREAMS: readonly string[] = readdirSync(folder).filter((file) => file.endsWith('.arrows')).map((file) => file.slice(0, -'.arrows'.length));

/** The texts of every stream that has five rows of them. */
export const TEXTS = ['first', '', '\ufeffwith a mark', 'Zürich 😀 東京', 'a text that is longer than twelve bytes'];

/** Enough for every stream of these specs. */
export const LIMITS = { rows: 1_000, bytes: 1_000_000 };
