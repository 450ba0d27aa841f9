import type { Column, OutputRow, ReadOptions, RowFormat } from './row-format.port';

export interface RowFormatFixture {
  readonly format: RowFormat;
  /** A file with a row for each, as another program would write it. Rows have `id` and `text`, both strings. */
  encode(rows: readonly { readonly id: string; readonly text: string }[]): Promise<Uint8Array> | Uint8Array;
  /** What another program reads in an output file: a row's id, each column by its name (a vector as a list of numbers), `error` as `{ code, message }`; what a row lacks is null or absent. */
  decode(file: Uint8Array): Promise<readonly Record<string, unknown>[]> | readonly Record<string, unknown>[];
}

const OPTIONS: ReadOptions = { rows: 7, bytes: 100_000, fields: ['text'] };
const COLUMNS: readonly Column[] = [{ name: 'embedding', type: 'vector', width: 3 }];
const MANY_TYPES: readonly Column[] = [
  { name: 'label', type: 'text' },
  { name: 'score', type: 'number' },
  { name: 'scores', type: 'vector', width: 2, labels: ['no', 'yes'] },
  { name: 'relevance', type: 'numbers' },
  { name: 'outputs', type: 'json' },
];

/** What every RowFormat promises. Call it inside a spec. */
export function rowFormatContract({ format, encode, decode }: RowFormatFixture): void {
  const rows = Array.from({ length: 50 }, (_, index) => ({ id: `row-${index}`, text: `text ${index} ${'äß€😀 '.repeat(index % 5)}"quoted"\n` }));

  describe('read', () => {
    it.each([1, 3, 64, 100_000])('gives every row in order, in windows of at most so many rows, from chunks of %i bytes', async (size) => {
      const windows = await all(format.read(inChunks(await encode(rows), size), OPTIONS));
      expect(windows.flatMap((window) => window.rows)).toEqual(rows.map(({ id, text }) => ({ id, fields: expect.objectContaining({ text }) })));
      expect(windows.every((window) => window.rows.length >= 1 && window.rows.length <= 7)).toBe(true);
    });

    it('goes on behind any window with the same windows', async () => {
      const input = inChunks(await encode(rows), 64);
      const windows = await all(format.read(input, OPTIONS));
      expect(windows.length).toBeGreaterThan(5);
      for (const [index, { next }] of windows.entries()) {
        const from = JSON.parse(JSON.stringify(next)) as typeof next;
        expect(await all(format.read(input, { ...OPTIONS, from }))).toEqual(windows.slice(index + 1));
      }
    });

    it('makes smaller windows of larger rows', async () => {
      const large = Array.from({ length: 20 }, (_, index) => ({ id: String(index), text: 'x'.repeat(1_000) }));
      const windows = await all(format.read(inChunks(await encode(large), 512), { ...OPTIONS, bytes: 3_000 }));
      expect(windows.flatMap((window) => window.rows)).toHaveLength(20);
      expect(windows.every((window) => window.rows.length <= 3)).toBe(true);
    });

    it('says how far it came, up to the end', async () => {
      const file = await encode(rows);
      const read = (await all(format.read(inChunks(file, 64), OPTIONS))).map(({ bytesRead }) => bytesRead);
      expect(read).toEqual([...read].sort((a, b) => a - b));
      expect(read[0]).toBeGreaterThan(0);
      expect(read.at(-1)).toBeLessThanOrEqual(file.length);
    });

    it('gives no window of a file without rows', async () => {
      expect(await all(format.read(inChunks(await encode([]), 64), OPTIONS))).toEqual([]);
    });

    it('lets go of the input when nobody wants more', async () => {
      const file = await encode(Array.from({ length: 2_000 }, (_, index) => ({ id: String(index), text: 'word '.repeat(20) })));
      let open = 0;
      const watched = (start: number) => counted(chunks(file, 64, start), (change) => (open += change));
      for await (const window of format.read(watched, OPTIONS)) {
        expect(window.rows.length).toBeGreaterThan(0);
        break;
      }
      expect(open).toBe(0);
    });

    it('hands on what the input throws', async () => {
      const file = await encode(rows);
      const failing = async function* () {
        yield file.subarray(0, Math.floor(file.length / 2));
        throw new Error('the connection is lost');
      };
      await expect(all(format.read(failing, OPTIONS))).rejects.toThrow('the connection is lost');
    });
  });

  describe('write and join', () => {
    const answers: readonly OutputRow[] = [
      { id: 'a', values: [Float32Array.of(0.1, -0.25, 3)] },
      { id: 'b', error: { code: 'TEXT.TOO_LONG', message: 'too "long"\n€😀' } },
      { values: [Float32Array.of(1e-8, 0, -1)] },
      { id: 'd', values: [Float32Array.of(1 / 3, 2 / 3, 1e20)] },
    ];

    it('gives every answer and every error at its place, with its id, bit for bit', async () => {
      const parts = await Promise.all([answers.slice(0, 1), answers.slice(1, 2), answers.slice(2)].map(async (part) => format.write(part, COLUMNS)));
      const read = await decode(await joined(format, parts, COLUMNS));
      expect(read.map(({ id }) => id ?? undefined)).toEqual(['a', 'b', undefined, 'd']);
      expect(read.map(({ embedding }) => embedding ?? undefined).map((vector) => vector && Float32Array.from(vector as number[]))).toEqual(
        answers.map((row) => ('values' in row ? row.values[0] : undefined)),
      );
      expect(read.map(({ error }) => error ?? undefined)).toEqual([undefined, { code: 'TEXT.TOO_LONG', message: 'too "long"\n€😀' }, undefined, undefined]);
    });

    it('writes every type of column', async () => {
      const part = await format.write([{ id: 'a', values: ['yes "ß"', 0.75, Float32Array.of(0.25, 0.75), Float32Array.of(1, 2, 3), '{"y":[1,null]}'] }, { id: 'b', error: { code: 'C', message: 'm' } }], MANY_TYPES);
      const [row, failed] = await decode(await joined(format, [part], MANY_TYPES));
      expect(row).toMatchObject({ id: 'a', label: 'yes "ß"', score: 0.75, relevance: [1, 2, 3] });
      expect(failed).toMatchObject({ id: 'b', error: { code: 'C', message: 'm' } });
    });

    it('writes the same bytes for the same rows, and a file that depends on nothing but its parts', async () => {
      const parts = [await format.write(answers, COLUMNS), await format.write(answers, COLUMNS)];
      expect(parts[0]).toEqual(parts[1]);
      expect(await joined(format, parts, COLUMNS)).toEqual(await joined(format, parts, COLUMNS, 5));
    });

    it('makes a file without rows of no parts', async () => {
      expect(await decode(await joined(format, [], COLUMNS))).toEqual([]);
    });

    it('hands on what a part throws', async () => {
      const torn = (async function* () {
        yield chunks(await format.write(answers, COLUMNS), 1_000);
        throw new Error('the part is gone');
      })();
      await expect(all(format.join(torn, COLUMNS))).rejects.toThrow('the part is gone');
    });
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function inChunks(file: Uint8Array, size: number): (start: number) => AsyncIterable<Uint8Array> {
  return (start) => chunks(file, size, start);
}

async function* chunks(file: Uint8Array, size: number, start = 0): AsyncGenerator<Uint8Array> {
  for (let at = start; at < file.length; at += size) yield file.slice(at, Math.min(file.length, at + size));
}

async function* counted<T>(items: AsyncIterable<T>, change: (by: number) => void): AsyncGenerator<T> {
  change(1);
  try {
    yield* items;
  } finally {
    change(-1);
  }
}

async function joined(format: RowFormat, parts: readonly Uint8Array[], columns: readonly Column[], size = 1_000): Promise<Uint8Array> {
  const series = (async function* () {
    for (const part of parts) yield chunks(part, size);
  })();
  return Buffer.concat(await all(format.join(series, columns)));
}

