import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { keyRecordSchema, type KeyRecord } from '@cortex/identity';
import { systemCodeOf } from '@cortex/kernel';
import { readModelRecord } from '@cortex/model-registry';
import type { PostgresStores } from '@cortex/postgres';
import { z } from 'zod';
import { ConfigurationError } from './configuration';

const keysFileSchema = z.object({ version: z.literal(1), keys: z.array(keyRecordSchema) });
const NUMBERED = /^(.+)@(\d{1,15})\.json$/;
/** What stood where a record had been removed. */
const REMOVED = 'null';

/**
 * Takes in what earlier versions kept in files of their home, and renames the files. What the database has already stays as
 * it is, so that a start that was killed in between goes on. @throws ConfigurationError for what cannot be read
 */
export async function takeInEarlierHome(home: string, { keys, catalog }: Pick<PostgresStores, 'keys' | 'catalog'>, info: (message: string) => void): Promise<void> {
  await takeIn(join(home, 'keys.json'), info, async (file) => {
    const known = new Set((await keys.read()).records.map(({ id }) => id));
    for (const record of keysIn(await readFile(file, 'utf8'))) if (!known.has(record.id)) await keys.store(record, (await keys.read()).revision);
  });
  await takeIn(join(home, 'catalog'), info, async (folder) => {
    const known = new Set(await catalog.names());
    for (const [name, file] of newestIn(await readdir(folder))) {
      const text = await readFile(join(folder, file), 'utf8');
      if (!known.has(name) && text.trim() !== REMOVED) await catalog.store({ ...readModelRecord(name, jsonOf(text)), revision: 1 });
    }
  });
}

/** Nothing where there is nothing. */
async function takeIn(path: string, info: (message: string) => void, read: (path: string) => Promise<void>): Promise<void> {
  try {
    await read(path);
    await rename(path, `${path}.imported`);
    info(`${path} of an earlier version is in the database now, and renamed`);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return;
    throw new ConfigurationError(`${path} of an earlier version cannot be taken into the database: ${error instanceof Error ? error.message : String(error)}; move it away to start without it`);
  }
}

function keysIn(text: string): readonly KeyRecord[] {
  return keysFileSchema.parse(jsonOf(text)).keys;
}

/** Of each name the file with the highest number. */
function newestIn(files: readonly string[]): ReadonlyMap<string, string> {
  const numberOf = (file: string) => Number(NUMBERED.exec(file)?.[2]);
  const ascending = files.filter((file) => NUMBERED.test(file)).sort((a, b) => numberOf(a) - numberOf(b));
  return new Map(ascending.map((file) => [NUMBERED.exec(file)![1]!, file]));
}

/** The parser's own message would repeat what stands in the file. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not valid JSON');
  }
}
