import { CortexProcess } from '@cortex/service-process';
import { ModelFolder, tiny } from './models';
import { pythonWith, runPython } from './python';

interface Answers {
  readonly live: boolean;
  readonly ready: boolean;
  readonly index: readonly { readonly name: string; readonly state: string }[];
  readonly metadata: { readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[] };
  readonly config: object;
  readonly binary: number[][];
  readonly json: number[][];
  readonly gzip: number[][];
  readonly deflate: number[][];
  readonly text: number[];
  readonly count: number;
  readonly reload: [boolean, boolean];
  readonly refusal: string;
}

const python = pythonWith(['tritonclient[http]==2.73.0', 'numpy']);
const itWithPython = python === undefined ? it.skip : it;

describe("Triton's own client", () => {
  itWithPython('finds, asks, unloads and loads models', async () => {
    await using folder = await ModelFolder.with({ 'tiny/1': tiny() });
    await using server = await CortexProcess.start({ MODEL_DIR: folder.path });
    const answers = await runPython<Answers>(python!, 'triton_client.py', [`127.0.0.1:${server.port}`, await server.key()]);

    expect(answers).toMatchObject({ live: true, ready: true, metadata: { inputs: [{ name: 'x', shape: [-1, 20] }] }, text: [2, 256], reload: [false, true] });
    expect(answers.config).toMatchObject({ max_batch_size: 32, input: [{ name: 'x', data_type: 'TYPE_FP32', dims: [20] }] });
    expect(answers.index).toContainEqual(expect.objectContaining({ name: 'tiny', state: 'READY' }));
    expect(answers.count).toBeGreaterThan(0);
    expect(answers.refusal).toMatch(/nothing.*tiny/);
    for (const other of [answers.json, answers.gzip, answers.deflate]) {
      for (const [row, numbers] of other.entries()) for (const [at, value] of numbers.entries()) expect(value).toBeCloseTo(answers.binary[row]![at]!, 5);
    }
  });
});
