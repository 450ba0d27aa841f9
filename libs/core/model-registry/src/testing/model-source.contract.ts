import type { ModelSource, PartialFile } from '../lib/sources/model-source.port';

/** A source under test, and what a spec can do to the server behind it. */
export interface SourceUnderTest extends AsyncDisposable {
  readonly source: ModelSource;
  /** Gives a file other content, of the same size. */
  change(path: string): void;
}

/** What every ModelSource holds to. `make` serves these files, and may add its own. */
export function describeModelSource(name: string, make: (files: Readonly<Record<string, Uint8Array>>) => Promise<SourceUnderTest>): void {
  describe(`${name}, a ModelSource`, () => {
    const path = 'onnx/model.onnx';
    const content = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
    const signal = AbortSignal.timeout(20_000);
    let made: SourceUnderTest;

    beforeEach(async () => {
      made = await make({ [path]: content, 'config.json': Buffer.from('{}') });
    });
    afterEach(() => made[Symbol.asyncDispose]());

    const fileOf = async () => (await made.source.describe(signal)).files.find((file) => file.path === path)!;
    const read = async (partial: PartialFile) => {
      const body = await made.source.open(await fileOf(), partial, signal);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body.chunks) chunks.push(chunk);
      return { ...body, content: Buffer.concat(chunks) };
    };

    it('names its files, their sizes where it knows them, and where they come from', async () => {
      const model = await made.source.describe(signal);
      expect(model.files.map((file) => file.path)).toEqual(expect.arrayContaining([path, 'config.json']));
      expect([undefined, content.length]).toContain((await fileOf()).bytes);
      expect(model.provenance.source).not.toMatch(/token|secret/);
    });

    it('gives a file from its beginning', async () => {
      const body = await read({ bytes: 0 });
      expect(body.startsAt).toBe(0);
      expect(body.content.equals(content)).toBe(true);
    });

    it('goes on where a partial of the same content ends', async () => {
      const { etag } = await read({ bytes: 0 });
      const body = await read({ bytes: 150_000, etag });
      expect(body.startsAt).toBe(150_000);
      expect(body.content.equals(content.subarray(150_000))).toBe(true);
    });

    it('begins anew when the content changed', async () => {
      const { etag } = await read({ bytes: 0 });
      made.change(path);
      expect((await read({ bytes: 150_000, etag })).startsAt).toBe(0);
    });

    it('refuses a file that it does not have', async () => {
      await expect(made.source.open({ path: 'absent.json' }, { bytes: 0 }, signal)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_NOT_FOUND' });
    });

    it('stops when it is told to', async () => {
      const controller = new AbortController();
      const body = await made.source.open(await fileOf(), { bytes: 0 }, controller.signal);
      controller.abort(new Error('enough'));
      await expect(drain(body.chunks)).rejects.toThrow();
    });
  });
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}
