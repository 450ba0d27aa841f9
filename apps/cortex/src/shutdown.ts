import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';

/** A terminal's Ctrl-C and npm's forwarding of it arrive as two signals: the second within this time is the first. */
const SAME_SIGNAL_MS = 1_000;
/** How often connections that have become idle are closed while the server stops. */
const SWEEP_MS = 50;

/** On SIGTERM or SIGINT: no new connections, accepted requests are answered, models freed; then the process ends by itself with 0. */
export function stopOnSignal(app: INestApplication, drainTimeoutMs: number): void {
  let stoppingSince: number | undefined;
  const onSignal = (): void => {
    if (stoppingSince === undefined) {
      stoppingSince = performance.now();
      void stop(app, drainTimeoutMs);
    } else if (performance.now() - stoppingSince > SAME_SIGNAL_MS) {
      serverOf(app).closeAllConnections();
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function stop(app: INestApplication, drainTimeoutMs: number): Promise<void> {
  const server = serverOf(app);
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), drainTimeoutMs);
  try {
    await app.close();
    process.exitCode = 0;
  } catch (error) {
    process.stderr.write(`The shutdown failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    clearInterval(sweep);
    clearTimeout(deadline);
  }
}

function serverOf(app: INestApplication): Server {
  return app.getHttpServer() as Server;
}
