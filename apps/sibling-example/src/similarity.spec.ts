import { existsSync, readdirSync } from 'node:fs';
import { bundledModelsFolder } from '@cortex/bundled-models';
import { Test, type TestingModule } from '@nestjs/testing';
import { Similarity } from './similarity';
import { SimilarityModule } from './similarity.module';

const folder = bundledModelsFolder();
const withModel = existsSync(folder) && readdirSync(folder).length > 0 ? it : it.skip;

describe('Similarity', () => {
  let app: TestingModule;

  beforeAll(async () => {
    app = await Test.createTestingModule({ imports: [SimilarityModule] }).compile();
    await app.init();
  });
  afterAll(() => app.close());

  withModel('puts a paraphrase nearer than another subject', async () => {
    const similarity = app.get(Similarity);
    const paraphrase = await similarity.between('A cat sleeps on the sofa.', 'A kitten naps on the couch.');
    const unrelated = await similarity.between('A cat sleeps on the sofa.', 'The central bank raised interest rates.');

    expect(paraphrase).toBeGreaterThan(unrelated + 0.2);
  });

  withModel('finds a sentence identical to itself', async () => {
    await expect(app.get(Similarity).between('The same words.', 'The same words.')).resolves.toBeCloseTo(1, 5);
  });
});
