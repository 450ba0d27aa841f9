import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WriterLostError } from '../batch-inference.errors';
import { writeLines } from './line-writer';
import { packed, type PackedRows } from './packed-rows';
import type { Column, OutputRow } from './row-format.port';
import { WriterThread } from './writer-thread';

const COLUMNS: readonly Column[] = [{ name: 'embedding', type: 'vector', width: 3 }];
const rowsOf = (count: number): OutputRow[] => Array.from({ length: count }, (_, id) => ({ id, values: [Float32Array.of(id, 1 / 3, -0.5)] }));

describe('WriterThread', () => {
  it('writes what the caller would, each caller its own', async () => {
    const thread = new WriterThread();
    const parts = await Promise.all([1, 2_000, 3].map((count) => thread.write({ rows: packed(rowsOf(count), COLUMNS), columns: COLUMNS })));
    expect(parts.map((part) => Buffer.from(part).toString())).toEqual([1, 2_000, 3].map((count) => Buffer.from(writeLines(rowsOf(count), COLUMNS)).toString()));
  });

  it('tells who waits that the thread is lost, and goes on with another', async () => {
    const thread = new WriterThread();
    const torn: PackedRows = { ids: [1], errors: new Map(), columns: [] };
    const lost = [thread.write({ rows: torn, columns: COLUMNS }), thread.write({ rows: packed(rowsOf(1), COLUMNS), columns: COLUMNS })];
    for (const one of await Promise.allSettled(lost)) expect(one).toMatchObject({ status: 'rejected', reason: expect.any(WriterLostError) });
    expect(await thread.write({ rows: packed(rowsOf(1), COLUMNS), columns: COLUMNS })).toBeInstanceOf(Uint8Array);
  });

  it('keeps no process from ending', async () => {
    const built = JSON.stringify(join(__dirname, '../../../dist/index.js'));
    const script = `const { JsonLinesFormat } = require(${built}); new JsonLinesFormat().write([{ id: 1, error: { code: 'C', message: 'm' } }], []).then((part) => console.log(String(part.length)))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script], { timeout: 20_000 });
    expect(stdout).toBe('44\n');
  }, 30_000);
});
