import 'reflect-metadata';
import { HttpAdapter } from '@cortex/http';
import { CortexLogger, HealthBoard, requestLog } from '@cortex/monitoring';
import type { EmbeddedPostgres } from '@cortex/postgres/embedded';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { banner } from './banner';
import type { Configuration } from './configuration';
import { CortexModule } from './cortex.module';
import { Lifecycle } from './lifecycle';
import { stopOnSignal } from './shutdown';

/** Starts the server: ready when it returns, or reported why not. */
export async function serve(configuration: Configuration, embedded: EmbeddedPostgres | undefined): Promise<void> {
  const adapter = new HttpAdapter({ maxBodyBytes: configuration.maxBodyBytes });
  const app = await NestFactory.create<NestFastifyApplication>(CortexModule.forRoot(configuration, embedded), adapter, { logger: false, abortOnError: false });
  const logger = app.get(CortexLogger);
  app.useLogger(logger);
  requestLog(adapter.getInstance(), logger);
  stopOnSignal(app, configuration.drainTimeoutMs);

  const listener = app.get(HealthBoard).listener('http', `${configuration.host}:${configuration.port}`);
  await listen(app, configuration);
  listener.up();
  for (const name of configuration.ignored) logger.warn(`${name} is set, but this version does not use it`);
  const lifecycle = app.get(Lifecycle);
  if (!(await lifecycle.warmUp())) return;
  process.stdout.write(banner(configuration, app.getHttpServer()));
  await lifecycle.warmUpModels();
}

/** Where it cannot, what the modules have begun by then is ended, so that the process ends, too. */
async function listen(app: NestFastifyApplication, { port, host }: Configuration): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    throw error;
  }
}
