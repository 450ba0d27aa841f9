import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { normalize, Vectors } from './vectors';

const MAX_TOKENS = 256;
const TOKENS_PER_BATCH = 512;
const CLS = '[CLS]';
const SEP = '[SEP]';

/** Token ids of one text, without [CLS] and [SEP]. */
export type TokenIds = readonly number[];

/** A sentence transformer's ONNX folder: `onnx/model.onnx` (or another graph), `tokenizer.json`, `tokenizer_config.json`; mean pooling. */
export class Teacher {
  private constructor(
    private readonly session: InferenceSession,
    private readonly tokenizer: Tokenizer,
    private readonly vocabulary: ReadonlyMap<string, number>,
  ) {}

  static async open(folder: string, graph = join(folder, 'onnx/model.onnx')): Promise<Teacher> {
    const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const tokenizer = new Tokenizer({ ...json('tokenizer.json'), truncation: null, padding: null }, json('tokenizer_config.json'));
    const session = await InferenceSession.create(graph, {
      intraOpNumThreads: 2,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    return new Teacher(session, tokenizer, tokenizer.get_vocab());
  }

  get vocabularySize(): number {
    return this.vocabulary.size;
  }

  /** Ids of ordinary tokens, ascending: neither special nor reserved, which are written in brackets. */
  ordinaryTokens(): number[] {
    const ordinary = [...this.vocabulary].filter(([token]) => !/^\[.+\]$/.test(token));
    return ordinary.map(([, id]) => id).sort((a, b) => a - b);
  }

  tokenize(text: string): TokenIds {
    return this.tokenizer.encode(text, { add_special_tokens: false }).ids;
  }

  /** One vector of length 1 for each text. Texts are run by length, so that little is padded. */
  async embed(texts: readonly TokenIds[]): Promise<Vectors> {
    const rows = texts.map((ids) => [this.idOf(CLS), ...ids.slice(0, MAX_TOKENS - 2), this.idOf(SEP)]);
    const batches = batchesOf(rows);
    const parts: Vectors[] = [];
    for (const batch of batches) parts.push(await this.run(batch.map((index) => rows[index]!)));
    const vectors = inOrder(Vectors.concat(parts), batches.flat());
    return normalize(vectors);
  }

  release(): Promise<void> {
    return this.session.release();
  }

  private idOf(token: string): number {
    const id = this.vocabulary.get(token);
    if (id === undefined) throw new Error(`the teacher's vocabulary has no ${token}`);
    return id;
  }

  private async run(rows: readonly TokenIds[]): Promise<Vectors> {
    const length = Math.max(...rows.map((row) => row.length));
    const dims = [rows.length, length];
    const tensor = (value: (row: TokenIds, position: number) => number) =>
      new Tensor('int64', BigInt64Array.from(rows.flatMap((row) => Array.from({ length }, (_, position) => BigInt(value(row, position))))), dims);

    const output = await this.session.run({
      input_ids: tensor((row, position) => row[position] ?? 0),
      attention_mask: tensor((row, position) => (position < row.length ? 1 : 0)),
      token_type_ids: tensor(() => 0),
    });
    const { data, dims: shape } = output['last_hidden_state']!;
    return meanPooled(rows, new Vectors(shape[2]!, data as Float32Array), length);
  }
}

/** Indices of the rows, shortest first, cut into batches of a size that is fast on a CPU. */
function batchesOf(rows: readonly TokenIds[]): number[][] {
  const lengthOf = (index: number) => rows[index]!.length;
  const batches: number[][] = [[]];
  for (const index of [...rows.keys()].sort((a, b) => lengthOf(a) - lengthOf(b) || a - b)) {
    const batch = batches.at(-1)!;
    if (batch.length > 0 && (batch.length + 1) * lengthOf(index) > TOKENS_PER_BATCH) batches.push([index]);
    else batch.push(index);
  }
  return batches;
}

function meanPooled(rows: readonly TokenIds[], tokens: Vectors, length: number): Vectors {
  const pooled = Vectors.zeros(rows.length, tokens.width);
  rows.forEach((row, index) => {
    const mean = pooled.row(index);
    for (let position = 0; position < row.length; position++) {
      const vector = tokens.row(index * length + position);
      for (let component = 0; component < mean.length; component++) mean[component]! += vector[component]! / row.length;
    }
  });
  return pooled;
}

function inOrder(vectors: Vectors, order: readonly number[]): Vectors {
  const ordered = Vectors.zeros(vectors.count, vectors.width);
  order.forEach((index, position) => ordered.row(index).set(vectors.row(position)));
  return ordered;
}
