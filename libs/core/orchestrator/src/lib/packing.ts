import type { BatchItem } from '@cortex/batching';
import { concatRows, isBatchable, sliceRows, validateInputs, type BatchOutput, type Output, type Signature, type TensorMap, type TensorWork, type TokenRow, type TokenWork, type Work } from '@cortex/inference';

/** A piece of a request that is never split further: one row of tokens, or a slab of tensor rows. */
export interface Piece extends BatchItem {
  readonly work: Work;
}

/** What a piece gave: a row's vector, or a slab's outputs. */
export type PieceResult = Float32Array | TensorMap;

let loners = 0;
/** A group that nothing else is in. */
const ownGroup = () => `alone-${(loners += 1)}`;

/** Cuts work into pieces that may travel in different batches. @throws InputMismatchError */
export function toPieces(work: Work, signature: Signature, { maxBatchRows, alone }: { readonly maxBatchRows: number; readonly alone: boolean }): Piece[] {
  if (work.kind === 'tokens') return tokenPieces(work, alone);
  validateInputs(signature, work.inputs);
  return tensorPieces(work, signature, { maxBatchRows, alone });
}

/** Puts the pieces of one batch together into the work that a session runs. */
export function toBatch(pieces: readonly Piece[]): Work {
  const [first] = pieces;
  if (!first) throw new Error('an empty batch. This is a bug.');
  if (pieces.length === 1) return first.work;
  if (first.work.kind === 'tokens') return { ...first.work, rows: pieces.map(({ work }) => (work as TokenWork).rows[0]!) };
  const inputs = pieces.map(({ work }) => (work as TensorWork).inputs);
  const joined = Object.keys(inputs[0]!).map((name) => [name, concatRows(inputs.map((map) => map[name]!))] as const);
  return { ...first.work, inputs: Object.fromEntries(joined) };
}

/** Gives each piece its own part of what the batch gave. */
export function fromBatch(pieces: readonly Piece[], output: BatchOutput): PieceResult[] {
  if (output.kind === 'tokens') return [...output.vectors];
  if (pieces.length === 1) return [output.outputs];
  let row = 0;
  return pieces.map(({ rows }) => {
    const slab = Object.entries(output.outputs).map(([name, tensor]) => [name, sliceRows(tensor, row, row + rows)] as const);
    row += rows;
    return Object.fromEntries(slab);
  });
}

/** Joins the results of a request's pieces, in their order. */
export function joinResults(work: Work, results: readonly PieceResult[]): Output {
  if (work.kind === 'tokens') return { kind: 'tokens', vectors: results as Float32Array[] };
  const slabs = results as TensorMap[];
  const joined = Object.keys(slabs[0]!).map((name) => [name, concatRows(slabs.map((slab) => slab[name]!))] as const);
  return { kind: 'tensors', outputs: Object.fromEntries(joined) };
}

function tokenPieces({ rows, head }: TokenWork, alone: boolean): Piece[] {
  const group = `${head.output ?? ''}|${head.pooling}|${head.normalize}`;
  return rows.map((row: TokenRow) => ({ rows: 1, length: row.ids.length, group: alone ? ownGroup() : group, work: { kind: 'tokens', rows: [row], head } }));
}

function tensorPieces(work: TensorWork, signature: Signature, { maxBatchRows, alone }: { readonly maxBatchRows: number; readonly alone: boolean }): Piece[] {
  const rows = sharedRows(work.inputs);
  const length = lengthOf(work.inputs);
  if (!isBatchable(signature) || rows === undefined || rows === 0) return [{ rows: 1, length, group: ownGroup(), work }];
  const trailing = Object.entries(work.inputs).map(([name, { shape }]) => `${name}:${shape.slice(1)}`);
  const group = alone ? ownGroup() : `${trailing}>${work.outputs ?? ''}`;
  if (rows <= maxBatchRows) return [{ rows, length, group, work }];
  return slabs(work, rows, maxBatchRows).map((slab) => ({ ...slab, length, group }));
}

function slabs(work: TensorWork, rows: number, size: number): { rows: number; work: TensorWork }[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, index) => {
    const start = index * size;
    const end = Math.min(rows, start + size);
    const inputs = Object.entries(work.inputs).map(([name, tensor]) => [name, sliceRows(tensor, start, end)] as const);
    return { rows: end - start, work: { ...work, inputs: Object.fromEntries(inputs) } };
  });
}

/** The first axis, when all inputs agree on it. */
function sharedRows(inputs: TensorMap): number | undefined {
  const [first, ...others] = Object.values(inputs).map(({ shape }) => shape[0]);
  return others.every((rows) => rows === first) ? first : undefined;
}

/** Tokens a row, for graphs whose inputs are [rows, tokens]; otherwise 1. */
function lengthOf(inputs: TensorMap): number {
  return inputs['input_ids']?.shape[1] ?? 1;
}
