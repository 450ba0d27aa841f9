import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describeWith } from '@cortex/kernel/testing';
import { Database } from '../lib/database/database';
import { EmbeddedPostgres } from '../lib/embedded/embedded-postgres';
import type { PostgresConfiguration } from '../lib/postgres.options';
import { ScratchDatabase } from './scratch-database';
import { TemporaryFolder } from './temporary-folder';

/** Databases for a spec; all of them end with it. */
export interface Databases {
  /** One with nothing in it. */
  fresh(configuration?: PostgresConfiguration): Promise<Database>;
  /** Another process's way to the same tables. */
  again(database: Database): Promise<Database>;
}

/** Where the specs' databases lie. */
type Place = AsyncDisposable & { readonly open: (configuration: PostgresConfiguration) => Promise<Database> };

/** The same specs on the embedded database and on a real server. */
export function describeOnEach(title: string, specs: (databases: Databases) => void): void {
  describe(`${title} (embedded)`, () => specs(databasesAt(embeddedPlace)));
  describeWith('postgres', title, ({ url }) => specs(databasesAt(() => serverPlace(url))));
}

function databasesAt(make: () => Promise<Place>): Databases {
  const opened = new Map<Database, PostgresConfiguration>();
  let place: Place | undefined;
  afterAll(async () => {
    for (const database of opened.keys()) await database[Symbol.asyncDispose]();
    await place?.[Symbol.asyncDispose]();
  });
  const open = async (configuration: PostgresConfiguration) => {
    place ??= await make();
    const database = await place.open(configuration);
    opened.set(database, configuration);
    return database;
  };
  return {
    fresh: (configuration = {}) => open({ schema: `spec_${randomBytes(6).toString('hex')}`, ...configuration }),
    again: (database) => open(opened.get(database)!),
  };
}

async function embeddedPlace(): Promise<Place> {
  const home = await TemporaryFolder.make();
  const embedded = await EmbeddedPostgres.start({ folder: join(home.path, 'db') });
  return {
    open: (configuration) => Database.inside(embedded, { ...configuration, folder: home.path }),
    [Symbol.asyncDispose]: async () => {
      await embedded[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function serverPlace(adminUrl: string): Promise<Place> {
  const scratch = await ScratchDatabase.make(adminUrl);
  return {
    open: (configuration) => Database.open({ ...configuration, url: scratch.url }),
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}
