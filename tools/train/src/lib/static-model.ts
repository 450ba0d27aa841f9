import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { TokenIds } from './teacher';
import { Vectors } from './vectors';

const ROWS_PER_RUN = 64;

/** A static model as it is served, for measuring. */
export class StaticModel {
  private constructor(private readonly session: InferenceSession) {}

  static async open(graph: Uint8Array): Promise<StaticModel> {
    return new StaticModel(await InferenceSession.create(graph, { intraOpNumThreads: 1 }));
  }

  async embed(texts: readonly TokenIds[]): Promise<Vectors> {
    const parts: Vectors[] = [];
    for (let start = 0; start < texts.length; start += ROWS_PER_RUN) parts.push(await this.run(texts.slice(start, start + ROWS_PER_RUN)));
    return Vectors.concat(parts);
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private async run(rows: readonly TokenIds[]): Promise<Vectors> {
    const dims = [rows.length, Math.max(...rows.map((row) => row.length))];
    const ids = new BigInt64Array(dims[0]! * dims[1]!);
    const mask = new BigInt64Array(ids.length);
    rows.forEach((row, index) => {
      ids.set(row.map(BigInt), index * dims[1]!);
      mask.fill(1n, index * dims[1]!, index * dims[1]! + row.length);
    });
    const output = await this.session.run({ input_ids: new Tensor('int64', ids, dims), attention_mask: new Tensor('int64', mask, dims) });
    const { data, dims: shape } = output['sentence_embedding']!;
    return new Vectors(shape[1]!, data as Float32Array);
  }
}
