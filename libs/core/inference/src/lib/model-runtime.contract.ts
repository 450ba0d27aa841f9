import { LoadFailedError, RunFailedError } from './inference.errors';
import type { ModelArtifact, ModelRuntime, ModelSession } from './model-runtime.port';
import type { TokenWork } from './work';

export interface ModelRuntimeFixture {
  readonly runtime: ModelRuntime;
  /** A text encoder: token ids below 100, at least 32 tokens. */
  readonly encoder: ModelArtifact;
  /** A file that cannot be opened. */
  readonly broken: ModelArtifact;
  /** Work for the encoder that its graph refuses, if it refuses any. */
  readonly refused?: TokenWork;
}

const LENGTHS = [5, 1, 17, 9];

/** What every ModelRuntime promises. Call it inside a spec; `make` runs once, the runtime is closed at the end. */
export function modelRuntimeContract(make: () => Promise<ModelRuntimeFixture>): void {
  let fixture: ModelRuntimeFixture;
  let session: ModelSession;

  beforeAll(async () => {
    fixture = await make();
    session = await fixture.runtime.open(fixture.encoder);
  }, 60_000);
  afterAll(() => fixture.runtime.close());

  it('says what the graph takes and how many batches may run at once', () => {
    expect(session.signature.inputs.map(({ name }) => name)).toContain('input_ids');
    expect(session.parallelism).toBeGreaterThanOrEqual(1);
  });

  it('gives a vector a row, in the order of the rows, the same alone and in a batch', async () => {
    const rows = LENGTHS.map(rowOf);
    const together = await session.run(work(rows));
    expect(together.vectors).toHaveLength(rows.length);
    for (const [index, row] of rows.entries()) {
      const alone = await session.run(work([row]));
      expect(Buffer.from(bytesOf(together.vectors[index]!))).toEqual(Buffer.from(bytesOf(alone.vectors[0]!)));
    }
  });

  it('runs as many batches at once as it says, each with its own rows', async () => {
    const batches = Array.from({ length: session.parallelism }, (_, index) => work([rowOf(index + 2), rowOf(index + 3)]));
    const outputs = await Promise.all(batches.map((batch) => session.run(batch)));
    for (const [index, output] of outputs.entries()) {
      const again = await session.run(batches[index]!);
      expect(output.vectors).toEqual(again.vectors);
    }
  });

  it('measures a variant: times, invariance, memory and probe vectors', async () => {
    const profile = await fixture.runtime.measure(fixture.encoder);
    expect(profile.measurements.length).toBeGreaterThan(0);
    expect(profile.measurements.every(({ ms }) => ms > 0)).toBe(true);
    expect(profile.probe.length).toBeGreaterThan(0);
    expect(profile.memoryBytes).toBeGreaterThan(0);
  });

  it('refuses a broken file with the reason and without its path', async () => {
    const opening = fixture.runtime.open(fixture.broken);
    await expect(opening).rejects.toThrow(LoadFailedError);
    await expect(opening).rejects.not.toThrow(fixture.broken.file);
  });

  it('fails a batch that the graph refuses, and goes on', async () => {
    if (!fixture.refused) return;
    await expect(session.run(fixture.refused)).rejects.toThrow(RunFailedError);
    await expect(session.run(work([rowOf(3)]))).resolves.toBeDefined();
  });

  it('derives each variant it says it can, keeps it, and can open it; of a broken model none', async () => {
    const { runtime, encoder, broken } = fixture;
    const { missing } = await runtime.derivatives(encoder);
    for (const variant of missing) {
      const derived = await runtime.derive(encoder, variant);
      expect(derived).toMatchObject({ name: encoder.name, version: encoder.version, variant });
      expect(derived.digest).not.toBe(encoder.digest);
      await (await runtime.open(derived)).close();
      expect(await runtime.derive(encoder, variant)).toEqual(derived);
    }
    const { kept, missing: none } = await runtime.derivatives(encoder);
    expect([kept.map(({ variant }) => variant), none]).toEqual([missing, []]);
    await expect(runtime.derive(broken, 'int8')).rejects.toThrow(LoadFailedError);
  });

  it('closes a session while another stays open', async () => {
    const second = await fixture.runtime.open(fixture.encoder);
    await second.close();
    await expect(session.run(work([rowOf(4)]))).resolves.toBeDefined();
  });
}

function rowOf(length: number): { ids: Int32Array } {
  return { ids: Int32Array.from({ length }, (_, index) => 1 + ((index * 7 + length) % 98)) };
}

function work(rows: TokenWork['rows']): TokenWork {
  return { kind: 'tokens', rows, head: { pooling: 'mean', normalize: true } };
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
