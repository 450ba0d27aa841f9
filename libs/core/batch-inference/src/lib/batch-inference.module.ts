import { Jobs } from '@cortex/jobs';
import { Clock, SystemClock } from '@cortex/kernel';
import { ModelRegistry } from '@cortex/model-registry';
import { ObjectStore } from '@cortex/objects';
import { TextModels } from '@cortex/text-models';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { BatchInference } from './batch-inference';
import { batchInferenceOptionsSchema, type BatchInferenceOptions } from './batch-inference.options';
import { Files } from './files/files';
import { JsonLinesFormat } from './formats/json-lines-format';
import { AnnotateTask } from './tasks/annotate-task';
import { ClassifyTask } from './tasks/classify-task';
import { EmbedTask } from './tasks/embed-task';
import { RerankTask } from './tasks/rerank-task';
import type { RowTask } from './tasks/row-task.port';

const TASKS = Symbol('TASKS');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<BatchInferenceOptions>({ moduleName: 'BatchInference' })
  .setClassMethodName('forRoot')
  .build();

const files: FactoryProvider<Files> = {
  provide: Files,
  inject: [MODULE_OPTIONS_TOKEN, ObjectStore],
  useFactory: (options: BatchInferenceOptions, store: ObjectStore) => new Files(store, batchInferenceOptionsSchema.parse(options)),
};

/** The heads that Cortex itself has. */
const tasks: FactoryProvider<readonly RowTask[]> = {
  provide: TASKS,
  inject: [TextModels],
  useFactory: (models: TextModels) => [new EmbedTask(models), new RerankTask(models), new ClassifyTask(models), new AnnotateTask(models)],
};

type Parts = readonly [Jobs, ObjectStore, Files, ModelRegistry, readonly RowTask[], Clock | undefined];

const batchInference: FactoryProvider<BatchInference> = {
  provide: BatchInference,
  inject: [MODULE_OPTIONS_TOKEN, Jobs, ObjectStore, Files, ModelRegistry, TASKS, { token: Clock, optional: true }],
  useFactory: (options: BatchInferenceOptions, ...[jobs, store, kept, registry, heads, clock = new SystemClock()]: Parts) => {
    const settings = batchInferenceOptionsSchema.parse(options);
    const formats = [new JsonLinesFormat(), ...settings.formats];
    return new BatchInference({ jobs, store, files: kept, registry, tasks: heads, formats, clock }, settings);
  },
};

/** Offers BatchInference and Files everywhere. Beside it stand a global Jobs, ObjectStore, ModelRegistry and TextModels. */
@Global()
@Module({ providers: [files, tasks, batchInference], exports: [BatchInference, Files] })
export class BatchInferenceModule extends ConfigurableModuleClass {}
