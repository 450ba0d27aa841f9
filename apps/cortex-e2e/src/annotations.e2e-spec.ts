import { rm } from 'node:fs/promises';
import { CortexProcess } from '@cortex/service-process';
import { taggerFolder } from './tagger';

interface Annotation {
  readonly windows: number;
  readonly spans: { readonly ner: readonly { readonly start: number; readonly stop: number; readonly label: string; readonly score: number }[] };
  readonly scores: { readonly mood?: { readonly good: number } };
}

describe('A token classifier over Open Inference', () => {
  let folder: string;
  let server: CortexProcess;
  let headers: Record<string, string>;
  beforeAll(async () => {
    folder = await taggerFolder();
    server = await CortexProcess.start({ MODEL_DIR: folder, CORTEX_DEFAULT_MODELS: 'token-classify=tagger' });
    headers = await server.headers();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function annotate(...texts: readonly string[]): Promise<readonly Annotation[]> {
    const body = JSON.stringify({ inputs: [{ name: 'text', shape: [texts.length], datatype: 'BYTES', data: texts }] });
    const response = await fetch(`${server.url}/v2/models/tagger/infer`, { method: 'POST', headers, body });
    const answer = (await response.json()) as { outputs: { data: string[] }[] };
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer.outputs[0]!.data.map((json) => JSON.parse(json) as Annotation);
  }

  it('finds spans where they stand, and judges the whole', async () => {
    const text = 'we met Ada Lovelace,\r\nnot IBM';
    const [annotation, nothing] = await annotate(text, ' ');
    expect(annotation!.spans.ner.map(({ start, stop, label }) => [text.slice(start, stop), label])).toEqual([['Ada Lovelace', 'PER']]);
    expect(annotation!.scores.mood!.good).toBeCloseTo(0.75, 5);
    expect(nothing).toEqual({ windows: 0, spans: { ner: [] }, scores: {} });
  });

  it('reads a long text in windows without losing a name', async () => {
    const names = 20_000;
    const [annotation] = await annotate('we met Ada Lovelace today, '.repeat(names));
    expect(annotation!.spans.ner).toHaveLength(names);
    expect(annotation!.windows).toBeGreaterThan(1_000);
    expect(annotation!.spans.ner.every(({ start, stop }, name) => start === name * 27 + 7 && stop - start === 12)).toBe(true);
  });

  it('takes the same model as tensors, a column a label', async () => {
    const tensor = (name: string, data: readonly number[]) => ({ name, shape: [1, 3], datatype: 'INT64', data });
    const body = JSON.stringify({ inputs: [tensor('input_ids', [2, 4, 3]), tensor('token_type_ids', [0, 2, 0])] });
    const response = await fetch(`${server.url}/v2/models/tagger/infer`, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({ outputs: [{ name: 'tokens', shape: [1, 3, 5] }] });
  });
});
