import type { BatchItem } from '@cortex/batching';
import { concatRows, isBatchable, sliceRows, validateInputs, type BatchOutput, type Output, type Signature, type Tensor, type TensorMap, type TensorWork, type TokenRow, type TokenWork, type Work } from '@cortex/inference';

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
  return { ...first.work, inputs: joined(pieces.map(({ work }) => (work as TensorWork).inputs)) };
}

/** Gives each piece its own part of what the batch gave. */
export function fromBatch(pieces: readonly Piece[], output: BatchOutput): PieceResult[] {
  if (output.kind === 'tokens') return [...output.vectors];
  if (pieces.length === 1) return [output.outputs];
  let row = 0;
  return pieces.map(({ rows }) => sliced(output.outputs, row, (row += rows)));
}

/** Joins the results of a request's pieces, in their order. */
export function joinResults(work: Work, results: readonly PieceResult[]): Output {
  if (work.kind === 'tokens') return { kind: 'tokens', vectors: results as Float32Array[] };
  const slabs = results as TensorMap[];
  return { kind: 'tensors', outputs: slabs.length === 1 ? slabs[0]! : joined(slabs) };
}

/** Without a prototype, so that a name such as __proto__ is a key like any other. */
const emptyMap = (): Record<string, Tensor> => Object.create(null);

/** The rows of all maps, name by name; all have the same names. */
function joined(maps: readonly TensorMap[]): TensorMap {
  const tensors = emptyMap();
  for (const name of Object.keys(maps[0]!)) tensors[name] = concatRows(maps.map((map) => map[name]!));
  return tensors;
}

/** The rows from `start` to `end` of all tensors. */
function sliced(map: TensorMap, start: number, end: number): TensorMap {
  const tensors = emptyMap();
  for (const name of Object.keys(map)) tensors[name] = sliceRows(map[name]!, start, end);
  return tensors;
}

function tokenPieces({ rows, head }: TokenWork, alone: boolean): Piece[] {
  const group = `${head.output ?? ''}|${head.pooling}|${head.normalize}`;
  return rows.map((row: TokenRow) => ({ rows: 1, length: row.ids.length, group: alone ? ownGroup() : group, work: { kind: 'tokens', rows: [row], head } }));
}

function tensorPieces(work: TensorWork, signature: Signature, { maxBatchRows, alone }: { readonly maxBatchRows: number; readonly alone: boolean }): Piece[] {
  const rows = sharedRows(work.inputs);
  const length = lengthOf(work.inputs);
  if (!isBatchable(signature) || rows === undefined || rows === 0) return [{ rows: 1, length, group: ownGroup(), work }];
  const group = alone ? ownGroup() : groupOf(work);
  if (rows <= maxBatchRows) return [{ rows, length, group, work }];
  return slabs(work, rows, maxBatchRows).map((slab) => ({ ...slab, length, group }));
}

/** Rows can be joined when all but their number agrees. */
function groupOf({ inputs, outputs }: TensorWork): string {
  let group = '';
  for (const name of Object.keys(inputs)) {
    group += name;
    const { shape } = inputs[name]!;
    for (let axis = 1; axis < shape.length; axis += 1) group += `,${shape[axis]}`;
    group += ';';
  }
  return outputs ? `${group}>${outputs}` : group;
}

function slabs(work: TensorWork, rows: number, size: number): { rows: number; work: TensorWork }[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, index) => {
    const start = index * size;
    const end = Math.min(rows, start + size);
    return { rows: end - start, work: { ...work, inputs: sliced(work.inputs, start, end) } };
  });
}

/** The first axis, when all inputs agree on it. */
function sharedRows(inputs: TensorMap): number | undefined {
  const tensors = Object.values(inputs);
  const rows = tensors[0]?.shape[0];
  return tensors.every(({ shape }) => shape[0] === rows) ? rows : undefined;
}

/** Tokens a row, for graphs whose inputs are [rows, tokens]; otherwise 1. */
function lengthOf(inputs: TensorMap): number {
  return inputs['input_ids']?.shape[1] ?? 1;
}
