import type { BatchOutput, Head, Signature, TokenRow, TokenWork } from '@cortex/inference';
import { randomOf } from './random';
import type { Cell, ProbePlan, ProbeSubject } from './subject';

/** [rows, tokens a row], in the order of their cost. */
const GRID = [[1, 8], [1, 32], [4, 32], [1, 256], [2, 128], [8, 64], [4, 128], [2, 256]] as const;
const PROBE_LENGTHS = [3, 12, 7, 33, 20, 48];
/** Where the model does not say: lengths and ids that nearly every text encoder has. */
const FALLBACK_TOKENS = 128;
const FALLBACK_VOCABULARY = 100;

export function tokenSubject(signature: Signature, plan: ProbePlan): ProbeSubject {
  const maxTokens = plan.maxTokens || FALLBACK_TOKENS;
  const head = plan.head ?? headOf(signature);
  const random = randomOf(1);
  const rowOf = (length: number): TokenRow => ({
    ids: Int32Array.from({ length: Math.min(length, maxTokens) }, () => Math.floor(random() * (plan.vocabulary ?? FALLBACK_VOCABULARY))),
  });
  const probeRows = PROBE_LENGTHS.map(rowOf);
  const work = (rows: readonly TokenRow[]): TokenWork => ({ kind: 'tokens', rows, head });
  return {
    cells: cellsWithin(maxTokens, plan.maxRows),
    batch: ({ rows, length }) => work(Array.from({ length: rows }, () => rowOf(length))),
    alone: probeRows.map((row) => work([row])),
    together: work(probeRows),
    rowsOf: (output) => vectorsOf(output).map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
    vectorOf: (output) => vectorsOf(output)[0]!,
  };
}

function cellsWithin(maxTokens: number, maxRows: number): Cell[] {
  const cells = GRID.filter(([rows, length]) => rows <= maxRows && length <= maxTokens).map(([rows, length]) => ({ rows, length }));
  return cells.length > 0 ? cells : [{ rows: 1, length: maxTokens }];
}

function headOf({ outputs: [output] }: Signature): Head {
  return { pooling: output?.axes.length === 3 ? 'mean' : 'none', normalize: false };
}

function vectorsOf(output: BatchOutput): readonly Float32Array[] {
  if (output.kind !== 'tokens') throw new Error('tensors came back for tokens. This is a bug.');
  return output.vectors;
}
