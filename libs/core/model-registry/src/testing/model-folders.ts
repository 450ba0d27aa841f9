import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes files below a folder, by their relative path; objects as JSON. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array | object>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  }
}

/** What a manifest's `files` says of these files. */
export function pinsOf(files: Readonly<Record<string, string | Uint8Array>>): Record<string, { sha256: string; bytes: number }> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, { sha256: createHash('sha256').update(content).digest('hex'), bytes: Buffer.byteLength(content) }]),
  );
}

export interface OnnxOptions {
  /** Where a tensor says that its data lies. */
  readonly externalData?: string;
  /** What holds that tensor. Default an initializer. */
  readonly heldBy?: 'initializer' | 'constant' | 'subgraph' | 'sparse' | 'function';
  /** Bytes of a tensor inside the file. Default 4. */
  readonly rawBytes?: number;
}

/** The bytes of a file that is ONNX by its structure; no runtime could run it. */
export function onnxBytes({ externalData, heldBy = 'initializer', rawBytes = 4 }: OnnxOptions = {}): Buffer {
  const inside = field(5, dims(rawBytes), UINT8, field(9, Buffer.alloc(rawBytes, 0xff)));
  const outside = externalData === undefined ? Buffer.alloc(0) : HOLDERS[heldBy](dims(1), UINT8, field(13, field(1, 'location'), field(2, externalData)));
  const isFunction = heldBy === 'function';
  return Buffer.concat([
    Buffer.from([0x08, 0x09]), // ir_version: 9
    field(2, 'spec'),
    field(7, field(2, 'graph'), inside, isFunction ? Buffer.alloc(0) : outside),
    isFunction ? outside : Buffer.alloc(0),
  ]);
}

const constant = (...tensor: readonly Buffer[]) => field(5, field(5, ...tensor)); // node.attribute.t
const HOLDERS: Record<NonNullable<OnnxOptions['heldBy']>, (...tensor: readonly Buffer[]) => Buffer> = {
  initializer: (...tensor) => field(5, ...tensor),
  constant: (...tensor) => field(1, constant(...tensor)),
  subgraph: (...tensor) => field(1, field(5, field(6, field(1, constant(...tensor))))),
  sparse: (...tensor) => field(15, field(1, ...tensor)),
  function: (...tensor) => field(25, field(7, constant(...tensor))),
};

const UINT8 = Buffer.from([0x10, 0x02]);
const dims = (size: number) => field(1, varint(size));

/** A length-delimited protobuf field. */
function field(number: number, ...content: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}
