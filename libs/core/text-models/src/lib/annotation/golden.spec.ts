import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenWork } from '@cortex/inference';
import { internalContext } from '@cortex/kernel';
import type { TokenHeads } from '@cortex/model-registry';
import { FakeModelRegistry, aModelVersion } from '@cortex/model-registry/testing';
import type { InferenceRequest, Orchestrator } from '@cortex/orchestrator';
import { TextModels } from '../text-models';
import { Tokenizers } from '../tokenizers';

/** What the training wrote beside its model: how it reads texts, what the graph gives, and the spans in that. */
interface GoldenCase {
  readonly text: string;
  readonly ids: readonly number[];
  readonly cases: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly spans: readonly (readonly [start: number, stop: number, label: string])[];
}

const folder = join(__dirname, '../../../../../bundled-models/models/cortex-nlp-en/1');
const describeWithModel = existsSync(join(folder, 'golden.json')) ? describe : describe.skip;
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describeWithModel('annotate beside the training of cortex-nlp-en', () => {
  let cases: readonly GoldenCase[];
  let models: TextModels;
  /** What the graph gives next, and what it was asked last. */
  let numbers = new Float32Array();
  let rows: TokenWork['rows'] = [];

  beforeAll(async () => {
    cases = read('golden.json') as readonly GoldenCase[];
    const { heads, maxTokens, rows: form } = read('cortex-model.json') as { heads: TokenHeads; maxTokens: number; rows?: 'sentences' };
    const version = aModelVersion({ name: 'cortex-nlp-en', task: 'token-classify', tokenizerFile: join(folder, 'tokenizer.json'), tokenTypes: 'letter-case', heads, maxTokens, rows: form, head: undefined });
    const infer = ({ work }: InferenceRequest<TokenWork>) => {
      ({ rows } = work);
      return Promise.resolve({ model: { name: 'cortex-nlp-en', version: '1', variant: 'int8', digest: 'sha256:0', batchInvariant: true }, output: { kind: 'tokens', vectors: rows.map(() => numbers) } });
    };
    const route: Orchestrator['route'] = (routed, { run }, context) => run(routed, context);
    models = new TextModels(await FakeModelRegistry.of(version), { infer: infer as Orchestrator['infer'], route, glance: () => undefined }, new Tokenizers(1));
  });

  async function annotate({ text, logits }: GoldenCase) {
    numbers = Float32Array.from(logits.flat());
    const { texts: [annotation] } = await models.annotate({ texts: [text] }, internalContext());
    return annotation!.spans['ner']!.map(({ start, stop, label }) => [start, stop, label]);
  }

  it('reads the same tokens, and of each the same letter case', async () => {
    for (const golden of cases.filter(({ ids }) => ids.length > 2)) {
      await annotate(golden);
      expect(rows.map(({ ids, typeIds }) => ({ ids: [...ids], cases: [...typeIds!] }))).toEqual([{ ids: golden.ids, cases: golden.cases }]);
    }
  });

  it('finds the same spans in the same numbers', async () => {
    for (const golden of cases) expect(await annotate(golden)).toEqual(golden.spans);
  });
});
