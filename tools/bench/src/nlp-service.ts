import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledModelsFolder } from '@cortex/bundled-models';
import { internalContext } from '@cortex/kernel';
import { Nlp, NlpModule, type AnalyzeOptions } from '@cortex/nlp-pipeline';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { inferenceModules } from './inference-modules';

export const NLP_MODEL = 'cortex-nlp-en';
/** The graph that the service runs. */
export const nlpModelFile = join(bundledModelsFolder(), NLP_MODEL, '1/model.onnx');

export function hasNlpModel(): boolean {
  return existsSync(nlpModelFile);
}

/** Texts are understood as in the server, over the same parts with the same options, in this process and without HTTP. */
export class NlpService implements AsyncDisposable {
  readonly #nlp: Nlp;

  private constructor(private readonly home: string, private readonly app: INestApplicationContext) {
    this.#nlp = app.get(Nlp);
  }

  static async start(): Promise<NlpService> {
    const home = await mkdtemp(join(tmpdir(), 'cortex-bench-nlp-'));
    @Module({
      imports: [
        ...inferenceModules({ folders: [{ path: bundledModelsFolder(), origin: 'bundled' }], cacheDir: home, defaults: { 'token-classify': NLP_MODEL } }),
        NlpModule.forRoot({}),
      ],
    })
    class ServiceModule {}
    return new NlpService(home, await NestFactory.createApplicationContext(ServiceModule, { logger: ['error'], abortOnError: false }));
  }

  /** Milliseconds for all texts in one call. */
  async msOf(texts: readonly string[], options: AnalyzeOptions): Promise<number> {
    const startedAt = performance.now();
    await this.#nlp.analyze(texts, options, internalContext());
    return performance.now() - startedAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await rm(this.home, { recursive: true, force: true });
  }
}
