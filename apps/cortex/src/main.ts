import 'reflect-metadata';
import { HttpAdapter } from '@cortex/http';
import { CortexLogger, HealthBoard, requestLog } from '@cortex/monitoring';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { banner } from './banner';
import { ConfigurationError, readConfiguration, type Configuration } from './configuration';
import { CortexModule } from './cortex.module';
import { Lifecycle } from './lifecycle';
import { stopOnSignal } from './shutdown';

async function start(configuration: Configuration): Promise<void> {
  const adapter = new HttpAdapter({ maxBodyBytes: configuration.maxBodyBytes });
  const app = await NestFactory.create<NestFastifyApplication>(CortexModule.forRoot(configuration), adapter, { logger: false, abortOnError: false });
  const logger = app.get(CortexLogger);
  app.useLogger(logger);
  requestLog(adapter.getInstance(), logger);
  stopOnSignal(app, configuration.drainTimeoutMs);

  const listener = app.get(HealthBoard).listener('http', `${configuration.host}:${configuration.port}`);
  await app.listen(configuration.port, configuration.host);
  listener.up();
  for (const name of configuration.ignored) logger.warn(`${name} is set, but this version does not use it`);
  if (await app.get(Lifecycle).warmUp()) process.stdout.write(banner(configuration, app.getHttpServer()));
}

async function main(): Promise<void> {
  try {
    await start(readConfiguration(process.env, process.stdout.isTTY));
  } catch (error) {
    process.stderr.write(`Cortex could not start.\n${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}

/** What the operator can mend needs no stack. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof ConfigurationError || 'code' in error ? error.message : (error.stack ?? error.message);
}

void main();
