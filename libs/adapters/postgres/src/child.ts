import { DatabaseProcess } from './lib/embedded/database-process';
import type { ProcessOrder, ProcessReport } from './lib/embedded/process-messages';

/** The server decides when its database ends, also where a terminal or an init system signals all of its processes. */
const IGNORED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The entry of the database's process: serves until its server lets go of it or dies, then closes the database. */
async function serve(order: ProcessOrder): Promise<void> {
  const gone = new Promise<void>((resolve) => process.once('disconnect', resolve));
  const opened = await open(order);
  if (!(opened instanceof DatabaseProcess)) return report(opened);
  await report({ state: 'ready' });
  await gone;
  await opened[Symbol.asyncDispose]();
}

async function open(order: ProcessOrder): Promise<DatabaseProcess | ProcessReport> {
  try {
    return await DatabaseProcess.open(order);
  } catch (error) {
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Nobody hears it where the server has died meanwhile. */
function report(what: ProcessReport): Promise<void> {
  return new Promise((sent) => (process.connected ? process.send!(what, undefined, undefined, () => sent()) : sent()));
}

for (const signal of IGNORED_SIGNALS) process.on(signal, () => undefined);
serve(JSON.parse(process.argv[2]!) as ProcessOrder).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`The embedded database did not close: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
