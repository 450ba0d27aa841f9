import { internalContext } from '@cortex/kernel';
import { TextModels } from '@cortex/text-models';
import { FakeTextModels } from '@cortex/text-models/testing';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { Nlp } from './nlp';
import { NlpModule } from './nlp.module';
import { defineStep } from './steps/define-step';

@Global()
@Module({ providers: [{ provide: TextModels, useValue: new FakeTextModels() }], exports: [TextModels] })
class FakeTextModelsModule {}

const shout = defineStep({ use: 'shout', parameters: z.strictObject({}), make: () => ({ gives: 'shout', run: async (docs) => docs.map(({ text }) => ({ value: text.toUpperCase(), engine: 'shout@1' })) }) });

describe('NlpModule', () => {
  it('offers Nlp, with steps of the application beside the built-in ones, and pipelines by name', async () => {
    const app = await Test.createTestingModule({ imports: [FakeTextModelsModule, NlpModule.forRoot({ steps: [shout], maxCharacters: 100 })] }).compile();
    const nlp = app.get(Nlp);
    expect(await nlp.analyze(['ab'], { steps: ['shout'] }, internalContext())).toMatchObject([{ shout: 'AB' }]);
    await nlp.pipelines.store({ name: 'p', version: '1', steps: [{ use: 'shout' }] });
    expect(await nlp.pipelines.run('p', ['cd'], internalContext())).toMatchObject({ pipeline: 'p@1', docs: [{ shout: 'CD' }] });
    await expect(nlp.pipelines.run('p', ['x'.repeat(101)], internalContext())).rejects.toMatchObject({ code: 'NLP.TEXT_TOO_LARGE' });
  });
});
