import { DataType, type Data, type Vector } from 'apache-arrow';
import { ArrowColumnError, ArrowTooLargeError } from './arrow.errors';
import { viewAt } from './ipc/places';

/** Whether a column holds text, as it is or as entries of a dictionary. */
export function isText(type: DataType): boolean {
  if (DataType.isDictionary(type)) return isText(type.dictionary as DataType);
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);
}

/** All texts of a column, of at most so many characters together: rows may share an entry, or the bytes of one. @throws ArrowColumnError, ArrowTooLargeError */
export function textsOf(name: string, column: Vector, mostCharacters: number): string[] {
  if (!isText(column.type)) throw new ArrowColumnError(name, `expected text (utf8), got ${column.type}`);
  const texts: string[] = [];
  let characters = 0;
  for (const text of stringsOf(column)) {
    if (text === null) throw new ArrowColumnError(name, `row ${texts.length} is null`);
    characters += text.length;
    if (characters > mostCharacters) throw new ArrowTooLargeError('characters of text', mostCharacters);
    texts.push(text);
  }
  return texts;
}

/** Values of a text column, null where there is none. */
export function* stringsOf({ data }: Vector): Generator<string | null> {
  for (const part of data) {
    const read = textAt(part);
    for (let row = 0; row < part.length; row += 1) yield read(row);
  }
}

/** Reads the text of a row, null where there is none. Decoded here: Apache Arrow takes U+FEFF off the beginning of a text. */
export function textAt(data: Data): (row: number) => string | null {
  const read = DataType.isDictionary(data.type) ? entryAt(data) : valueAt(data);
  return (row) => (data.getValid(row) ? read(row) : null);
}

function valueAt(data: Data): (row: number) => string {
  const values = data.values as Uint8Array;
  if (DataType.isUtf8View(data.type)) return (row) => decode(viewAt(values, row, data.variadicBuffers)!);
  const at = (row: number) => Number(data.valueOffsets[row]);
  return (row) => decode(values.subarray(at(row), at(row + 1)));
}

/** Each entry that is named is decoded once, however many rows name it. */
function entryAt({ dictionary, values }: Data): (row: number) => string | null {
  const decoded = new Map<number, string | null>();
  const read = vectorAt(dictionary!);
  return (row) => {
    const entry = Number(values[row]);
    const known = decoded.get(entry);
    if (known !== undefined) return known;
    const text = read(entry);
    decoded.set(entry, text);
    return text;
  };
}

/** Over the parts that deltas have added. */
function vectorAt({ data }: Vector): (index: number) => string | null {
  let end = 0;
  const parts = data.map((part) => {
    const start = end;
    end += part.length;
    return { start, end, read: textAt(part) };
  });
  return (index) => {
    const part = parts.find((one) => index < one.end)!;
    return part.read(index - part.start);
  };
}

function decode({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}
