import { rm } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { InferenceSession, type Tensor as OrtTensor } from 'onnxruntime-node';
import type { Signature } from '@cortex/inference';
import { graphErrorOf } from './graph.errors';
import { readHead } from './head';
import { fromOrt, signatureOf, toOrt } from './ort-tensors';
import type { PackedOutputs, PackedResult, PackedTensors, PackedTokens, PackedVectors, PackedWork } from './packed-work';
import { convertOptions, MAPPED_OPTIONS, ONNX_OPTIONS } from './session-options';
import { TokenFeeds } from './token-feeds';

/** Where a graph lies: the file as it was given and, where there is one, its converted copy, which is tried first. */
export interface GraphFiles {
  readonly onnx: string;
  readonly mapped?: string;
}

/** A graph opened on this thread. It runs one batch at a time, and blocks the thread meanwhile. */
export class GraphSession {
  readonly signature: Signature;
  readonly #feeds: TokenFeeds;

  private constructor(private readonly session: InferenceSession, private readonly file: string) {
    this.signature = signatureOf(session);
    this.#feeds = new TokenFeeds(this.signature);
  }

  /** @throws GraphError */
  static async open({ onnx, mapped }: GraphFiles): Promise<GraphSession> {
    const session = (mapped && (await openMapped(mapped))) || (await create(onnx, ONNX_OPTIONS));
    return new GraphSession(session, onnx);
  }

  /** @throws GraphError when the graph refuses the input. */
  async run(work: PackedWork): Promise<PackedResult> {
    return work.kind === 'tokens' ? this.#runTokens(work) : this.#runTensors(work);
  }

  async release(): Promise<void> {
    this.#feeds.release();
    await this.session.release();
  }

  async #runTokens(batch: PackedTokens): Promise<PackedVectors> {
    const name = batch.head.output ?? this.signature.outputs[0]!.name;
    const { results, runMs } = await this.#fetch(() => this.#feeds.build(batch), [name]);
    return { kind: 'tokens', runMs, values: readHead(batch.head, fromOrt(results[name]!), batch.lengths) };
  }

  async #runTensors({ inputs, outputs }: PackedTensors): Promise<PackedOutputs> {
    const names = outputs ?? this.signature.outputs.map(({ name }) => name);
    const { results, runMs } = await this.#fetch(() => mapValues(inputs, toOrt), names);
    return { kind: 'tensors', runMs, outputs: mapValues(results, fromOrt) };
  }

  async #fetch(feeds: () => Record<string, OrtTensor>, names: readonly string[]): Promise<{ results: Record<string, OrtTensor>; runMs: number }> {
    try {
      const given = feeds();
      const startMs = performance.now();
      const results = await this.session.run(given, names);
      return { results: results as Record<string, OrtTensor>, runMs: performance.now() - startMs };
    } catch (error) {
      throw graphErrorOf(error, this.file);
    }
  }
}

/** Writes the graph, optimized for this machine, in ORT format. @throws GraphError */
export async function convertGraph(from: string, to: string): Promise<void> {
  const session = await create(from, convertOptions(to));
  await session.release();
}

/** A damaged copy is removed, where that is allowed, so that it is made anew; the original is opened instead. */
async function openMapped(file: string): Promise<InferenceSession | undefined> {
  try {
    return await InferenceSession.create(file, MAPPED_OPTIONS);
  } catch {
    await rm(file, { force: true }).catch(() => undefined);
    return undefined;
  }
}

async function create(file: string, options: InferenceSession.SessionOptions): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, options);
  } catch (error) {
    throw graphErrorOf(error, file);
  }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
