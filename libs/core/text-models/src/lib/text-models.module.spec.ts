import { Clock, SystemClock } from '@cortex/kernel';
import { ModelRegistry } from '@cortex/model-registry';
import { FakeModelRegistry } from '@cortex/model-registry/testing';
import { Orchestrator } from '@cortex/orchestrator';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TextModels } from './text-models';
import { TextModelsModule } from './text-models.module';

@Global()
@Module({
  providers: [
    { provide: ModelRegistry, useFactory: () => FakeModelRegistry.of() },
    { provide: Orchestrator, useValue: {} },
  ],
  exports: [ModelRegistry, Orchestrator],
})
class Surroundings {}

describe('TextModelsModule', () => {
  const compiled = (...imports: Parameters<typeof Test.createTestingModule>[0]['imports'] & object) =>
    Test.createTestingModule({ imports: [Surroundings, ...imports] }).compile();

  it('offers TextModels, with or without a clock of the application', async () => {
    expect((await compiled(TextModelsModule.forRoot({}))).get(TextModels)).toBeInstanceOf(TextModels);
    @Global()
    @Module({ providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] })
    class Time {}
    expect((await compiled(Time, TextModelsModule.forRootAsync({ useFactory: () => ({ tokenizers: 2 }) }))).get(TextModels)).toBeInstanceOf(TextModels);
  });

  it('refuses options that mean nothing', async () => {
    await expect(compiled(TextModelsModule.forRoot({ tokenizers: 0 }))).rejects.toThrow(/tokenizers/);
  });
});
