import { EmbeddedPostgres } from '@cortex/postgres/embedded';
import { ConfigurationError, readConfiguration, type Configuration } from './configuration';

async function main(): Promise<void> {
  try {
    const configuration = readConfiguration(process.env, process.stdout.isTTY);
    const embedded = beginDatabase(configuration);
    const { serve } = await import('./server.js');
    await serve(configuration, embedded);
  } catch (error) {
    process.stderr.write(`Cortex could not start.\n${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}

/** It starts on another core while this one loads the server's modules, which takes as long. */
function beginDatabase({ database }: Configuration): EmbeddedPostgres | undefined {
  return database.folder === undefined ? undefined : EmbeddedPostgres.begin({ folder: database.folder });
}

/** What the operator can mend needs no stack. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof ConfigurationError || 'code' in error ? error.message : (error.stack ?? error.message);
}

void main();
