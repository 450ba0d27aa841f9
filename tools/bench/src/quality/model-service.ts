import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledModelsFolder } from '@cortex/bundled-models';
import { ModelRegistry, type ModelVersion } from '@cortex/model-registry';
import { NAME_HEADS, Nlp, NlpModule } from '@cortex/nlp-pipeline';
import { sharedModels } from '@cortex/service-process';
import { TextModels } from '@cortex/text-models';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { inferenceModules } from '../inference-modules';

/** A file of an installed model that is worth measuring. */
export interface Subject {
  readonly model: ModelVersion;
  readonly variant: string;
  /** `name@version+variant`: how it is asked for. */
  readonly reference: string;
}

/** Those that are compared; where a model has neither, its first file is measured. */
const COMPARED = ['fp32', 'int8'];

/** The app's libraries over the installed models, in this process: those of MODEL_DIR, the bundled ones, and those beside the repository. */
export class ModelService implements AsyncDisposable {
  readonly texts: TextModels;
  readonly nlp: Nlp;

  private constructor(private readonly home: string, private readonly app: INestApplicationContext) {
    this.texts = app.get(TextModels);
    this.nlp = app.get(Nlp);
  }

  static async start(): Promise<ModelService> {
    const home = await mkdtemp(join(tmpdir(), 'cortex-bench-quality-'));
    const own = process.env['MODEL_DIR'];
    const folders = [
      ...(own === undefined ? [] : [{ path: own, origin: 'folder' as const }]),
      { path: bundledModelsFolder(), origin: 'bundled' as const },
      { path: sharedModels, origin: 'folder' as const },
    ].filter(({ path }) => existsSync(path));
    @Module({ imports: [...inferenceModules({ folders, cacheDir: join(home, 'cache') }), NlpModule.forRoot({})] })
    class ServiceModule {}
    return new ModelService(home, await NestFactory.createApplicationContext(ServiceModule, { logger: ['error'], abortOnError: false }));
  }

  /** Models that make vectors of texts. */
  get embedders(): readonly Subject[] {
    return this.subjects(({ task }) => task === 'embed');
  }

  /** Models that find names. */
  get taggers(): readonly Subject[] {
    return this.subjects((model) => nameHeadOf(model) !== undefined);
  }

  /** Models that judge the mood of a text. */
  get critics(): readonly Subject[] {
    return this.subjects(({ heads = {} }) => 'sentiment' in heads);
  }

  private subjects(fits: (model: ModelVersion) => boolean): readonly Subject[] {
    const served = this.app.get(ModelRegistry).index().flatMap(({ state, model }) => (state === 'available' && model ? [model] : []));
    return served.filter(fits).flatMap((model) => variantsOf(model).map((variant) => ({ model, variant, reference: `${model.name}@${model.version}+${variant}` })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await rm(this.home, { recursive: true, force: true });
  }
}

/** What a model calls its head for names. */
export function nameHeadOf({ heads = {} }: ModelVersion): string | undefined {
  return NAME_HEADS.find((name) => name in heads);
}

/** One for each model: the file that is asked where nobody names another. */
export function served(subjects: readonly Subject[]): readonly Subject[] {
  const best = new Map<string, Subject>();
  for (const subject of subjects) best.set(`${subject.model.name}@${subject.model.version}`, subject);
  return [...best.values()];
}

function variantsOf({ variants }: ModelVersion): readonly string[] {
  const names = variants.map(({ name }) => name);
  const compared = COMPARED.filter((name) => names.includes(name));
  return compared.length > 0 ? compared : names.slice(0, 1);
}
