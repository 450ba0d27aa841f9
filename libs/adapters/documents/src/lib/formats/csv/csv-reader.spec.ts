import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { blocksOf } from '../../../testing/reading';
import { CsvLexer } from './csv-lexer';

function lexed(pieces: readonly string[], delimiter = ','): string[][] {
  const rows: string[][] = [];
  let [row, cell]: [string[], string] = [[], ''];
  const lexer = new CsvLexer(delimiter, {
    text: (piece) => (cell += piece),
    endCell: () => void ([row, cell] = [[...row, cell], '']),
    endRow: () => void (rows.push(row), (row = [])),
  });
  for (const piece of pieces) lexer.read(piece);
  lexer.end();
  return rows;
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const cells = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', '\n', '\r', ' ', ';') }), fc.string());

describe('CsvLexer', () => {
  it('finds the cells that were written, however they come in', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cells, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), fc.constantFrom('\n', '\r\n', '\r'), fc.nat(), (rows, end, cut) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join(end);
        const place = text.length === 0 ? 0 : cut % text.length;
        expect(lexed([text.slice(0, place), text.slice(place)])).toEqual(rows);
      }),
    );
  });

  it('reads what csv-parse reads', () => {
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '.', 'ß') });
    const cell = fc.oneof(plain, plain.map(quoted), fc.constant('"a ""b"", c\nd"'));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }).map((row) => row.join(',')), { minLength: 1, maxLength: 6 }), (lines) => {
        const text = lines.join('\n');
        const reference = parse(text, { relax_column_count: true, record_delimiter: '\n' }) as unknown as string[][];
        expect(lexed([text]).filter((row) => row.length > 1 || row[0] !== '')).toEqual(reference.filter((row) => row.length > 1 || row[0] !== ''));
      }),
    );
  });
});

describe('CsvReader', () => {
  it.each([
    ['a;b\n1,5;2', ['table: a: 1,5; b: 2']],
    ['a\tb\n1\t2', ['table: a: 1; b: 2']],
    ['a|b\n1|2', ['table: a: 1; b: 2']],
    ['"a,b";c\n1;2', ['table: a,b: 1; c: 2']],
  ])('finds the delimiter of %j', async (csv, blocks) => {
    expect(await blocksOf('text/csv', csv)).toEqual(blocks);
  });

  it('gives each row its columns, leaves out what is empty, and counts columns without a name', async () => {
    expect(await blocksOf('text/csv', 'a,,c\r\n1,2,3,4\r\n\r\n, ,x\r\n"two\nlines",,\r\n')).toEqual(['table: a: 1; column 2: 2; c: 3; column 4: 4', 'table: c: x', 'table: a: two lines']);
  });

  it('says how the columns of an empty table are called', async () => {
    expect(await blocksOf('text/csv', 'a,b\n')).toEqual(['table: a | b']);
  });

  it('reads tabs where the media type says so', async () => {
    expect(await blocksOf('text/tab-separated-values', 'a,b\tc\n1\t2')).toEqual(['table: a,b: 1; c: 2']);
  });
});
