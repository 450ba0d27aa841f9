import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ArrowFormat } from '@cortex/arrow';
import { BatchInference, BatchInferenceModule } from '@cortex/batch-inference';
import { bundledModelsFolder } from '@cortex/bundled-models';
import { Jobs, JobsModule } from '@cortex/jobs';
import { internalContext } from '@cortex/kernel';
import { ObjectStoreModule } from '@cortex/object-store';
import { ObjectStore } from '@cortex/objects';
import { PostgresModule } from '@cortex/postgres';
import { sharedModels } from '@cortex/service-process';
import { TextModels } from '@cortex/text-models';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { inferenceModules } from './inference-modules';

const TENANT = 'bench';
const INPUT = 'texts.jsonl';
/** As batch inference asks. */
const ASK_ROWS = 64;
const ASKS_IN_FLIGHT = 6;

/** The parts that batch jobs run on, in this process, over an embedded database and a folder of objects; without HTTP. */
export class BatchService implements AsyncDisposable {
  private constructor(private readonly home: string, private readonly app: INestApplicationContext) {}

  static async start(): Promise<BatchService> {
    const home = await mkdtemp(join(tmpdir(), 'cortex-bench-jobs-'));
    @Module({
      imports: [
        PostgresModule.forRoot({ folder: join(home, 'db') }),
        ...inferenceModules({ folders: [{ path: bundledModelsFolder(), origin: 'bundled' }, { path: sharedModels, origin: 'folder' }], cacheDir: join(home, 'cache') }),
        ObjectStoreModule.forRoot({ folder: join(home, 'objects') }),
        JobsModule.forRoot({}),
        BatchInferenceModule.forRoot({ formats: [new ArrowFormat()] }),
      ],
    })
    class ServiceModule {}
    return new BatchService(home, await NestFactory.createApplicationContext(ServiceModule, { logger: ['error'], abortOnError: false }));
  }

  /** Lays the texts down as the input of the jobs to come. */
  async lay(texts: readonly string[]): Promise<void> {
    const lines = texts.map((text, id) => JSON.stringify({ id, text })).join('\n');
    await this.app.get(ObjectStore).write(`tenants/${TENANT}/${INPUT}`, Readable.from([Buffer.from(lines)]));
  }

  /** Milliseconds of a job over what was laid down, from its submission to its end. */
  async job(model: string, format: 'jsonl' | 'arrow'): Promise<number> {
    const jobs = this.app.get(Jobs);
    const startedAt = performance.now();
    const { id } = await this.app.get(BatchInference).submit({ model, input: { format: 'jsonl', objectKey: INPUT }, output: { format } }, { tenant: TENANT });
    for await (const { state, error } of jobs.watch(id, TENANT, AbortSignal.timeout(600_000))) if (state === 'failed') throw new Error(error?.message);
    const ms = performance.now() - startedAt;
    await jobs.remove(id, TENANT);
    return ms;
  }

  /** Milliseconds that the batcher takes for the same texts alone: as many questions of as many rows in flight, the answers dropped. */
  async alone(model: string, texts: readonly string[]): Promise<number> {
    const models = this.app.get(TextModels);
    let next = 0;
    const lane = async () => {
      while (next < texts.length) {
        const from = next;
        next += ASK_ROWS;
        await models.embed({ model, texts: texts.slice(from, next), truncate: false }, internalContext({ priority: 'low', cache: 'bypass' }));
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: ASKS_IN_FLIGHT }, lane));
    return performance.now() - startedAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await rm(this.home, { recursive: true, force: true });
  }
}
