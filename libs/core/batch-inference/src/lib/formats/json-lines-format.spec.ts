import fc from 'fast-check';
import { JsonLinesFormat } from './json-lines-format';
import { rowFormatContract } from './row-format.contract';
import type { InputRow, RowWindow } from './row-format.port';

const format = new JsonLinesFormat();
const BOUNDS = { rows: 3, bytes: 200, fields: ['text'] };

async function read(file: Uint8Array, { size = 16, from, ...limits }: { size?: number; from?: number; rows?: number; bytes?: number } = {}): Promise<RowWindow[]> {
  const windows: RowWindow[] = [];
  const input = async function* (start: number) {
    for (let at = start; at < file.length; at += size) yield file.subarray(at, at + size);
  };
  for await (const window of format.read(input, { ...BOUNDS, ...limits, from })) windows.push(window);
  return windows;
}
const rowsIn = async (text: string | Uint8Array): Promise<InputRow[]> => (await read(Buffer.from(text as string))).flatMap(({ rows }) => [...rows]);

describe('JsonLinesFormat', () => {
  rowFormatContract({
    format,
    encode: (rows) => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    decode: (file) => Buffer.from(file).toString().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>),
  });

  describe('read', () => {
    it('needs no newline behind the last line, and takes those of Windows', async () => {
      expect(await rowsIn('{"text":"a"}\r\n{"text":"b"}')).toEqual([{ fields: { text: 'a' } }, { fields: { text: 'b' } }]);
    });

    it('takes lines of white space for no rows', async () => {
      expect(await rowsIn('\n  \n{"id":7,"text":"a"}\n\n')).toEqual([{ id: 7, fields: { id: 7, text: 'a' } }]);
    });

    it.each([
      ['what is no JSON', '{"text":', /the line cannot be read: /],
      ['what is no object', '["a"]', /no JSON object/],
      ['a null', 'null', /no JSON object/],
      ['an id of another kind', '{"id":{},"text":"a"}', /neither a string nor a number/],
      ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /not UTF-8/],
      ['a line that is too long', `{"text":"${'x'.repeat(300)}"}`, /has 311 bytes, at most 200/],
    ])('gives %s as a row with an error, and goes on behind it', async (_what, line, message) => {
      const rows = await rowsIn(Buffer.concat([Buffer.from('{"text":"a"}\n'), Buffer.from(line as string), Buffer.from('\n{"text":"b"}\n')]));
      expect(rows).toEqual([{ fields: { text: 'a' } }, { error: { code: 'BATCH.BAD_LINE', message: expect.stringMatching(message) } }, { fields: { text: 'b' } }]);
    });

    it('cuts the same windows however the bytes come, from wherever it goes on', async () => {
      const line = fc.oneof(fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify({ text })), fc.constantFrom('', ' ', '{', `"${'y'.repeat(250)}"`));
      const cases = fc.record({ lines: fc.array(line, { maxLength: 30 }), size: fc.integer({ min: 1, max: 300 }), ends: fc.boolean(), stop: fc.nat(30) });
      await fc.assert(fc.asyncProperty(cases, async ({ lines, size, ends, stop }) => {
        const file = Buffer.from(lines.join('\n') + (ends ? '\n' : ''));
        const whole = await read(file, { size: 10_000 });
        expect(await read(file, { size })).toEqual(whole);
        const at = whole[stop % (whole.length || 1)];
        if (at) expect(await read(file, { size, from: at.next as number })).toEqual(whole.slice(whole.indexOf(at) + 1));
        expect(whole.flatMap(({ rows }) => rows)).toHaveLength(lines.filter((one) => one.trim() !== '').length);
      }));
    });

    it('keeps no more than a line may be long', async () => {
      const endless = async function* () {
        for (let count = 0; count < 2_000; count += 1) yield Buffer.alloc(65_536, 'x');
      };
      const before = process.memoryUsage().arrayBuffers;
      for await (const { rows } of format.read(endless, BOUNDS)) expect(rows).toEqual([{ error: { code: 'BATCH.BAD_LINE', message: expect.stringContaining('131072000 bytes') } }]);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000);
    });
  });

  describe('write', () => {
    it('names the places of a vector that have names', async () => {
      const columns = [{ name: 'label', type: 'text' }, { name: 'scores', type: 'vector', width: 2, labels: ['no', 'yes'] }] as const;
      expect(Buffer.from(await format.write([{ id: 1, values: ['yes', Float32Array.of(0.25, 0.75)] }], columns)).toString()).toBe('{"id":1,"label":"yes","scores":{"no":0.25,"yes":0.75}}\n');
    });
  });
});
