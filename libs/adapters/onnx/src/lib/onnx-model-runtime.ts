import { SystemClock, type Clock } from '@cortex/kernel';
import { LoadFailedError, ModelRuntime, type Derivatives, type ModelArtifact, type ModelSession, type VariantProfile } from '@cortex/inference';
import type { z } from 'zod';
import { warnOnce } from './cache/disk-trouble';
import { MappedGraphs } from './cache/mapped-graphs';
import { ProfileStore } from './cache/profile-store';
import { GraphError } from './graph/graph.errors';
import { OnnxModelSession, type Place } from './onnx-model-session';
import { onnxOptionsSchema, type OnnxOptions } from './onnx.options';
import { openInline, openOnThreads } from './places';
import { ThreadLostError } from './threads/thread.errors';
import { ThreadPool, type Graph } from './threads/thread-pool';
import { workerEntry } from './threads/worker-entry';

/** Runs ONNX files: on inference threads that all models share, or, when a model is tiny, where it is asked. Threads start at the first use. */
export class OnnxModelRuntime extends ModelRuntime {
  readonly #options: z.output<typeof onnxOptionsSchema>;
  readonly #pool: ThreadPool;
  readonly #profiles: ProfileStore;
  readonly #mapped: MappedGraphs;
  readonly #sessions = new Set<ModelSession>();

  constructor(options: OnnxOptions = {}, clock: Clock = new SystemClock()) {
    super();
    this.#options = onnxOptionsSchema.parse(options);
    this.#pool = new ThreadPool({ ...this.#options, entry: workerEntry() }, clock);
    const { cacheDir, cacheBytes, warn } = this.#options;
    const onTrouble = warnOnce(cacheDir, warn);
    this.#profiles = new ProfileStore(cacheDir, onTrouble);
    this.#mapped = new MappedGraphs(cacheDir, cacheBytes, onTrouble);
  }

  measure(artifact: ModelArtifact): Promise<VariantProfile> {
    return this.#profiles.get(artifact, () => loading(artifact, () => this.#probe(artifact)));
  }

  async derivatives(): Promise<Derivatives> {
    return { kept: [], missing: [] };
  }

  async derive(artifact: ModelArtifact, variant: string): Promise<ModelArtifact> {
    throw new LoadFailedError(nameOf(artifact), `no variant ${variant} can be derived from it`);
  }

  async open(artifact: ModelArtifact): Promise<ModelSession> {
    const profile = await this.measure(artifact);
    const place = await loading(artifact, async () => this.#openPlace(profile, await this.#graphOf(artifact)));
    const session = new OnnxModelSession(nameOf(artifact), place, (closed) => this.#sessions.delete(closed));
    this.#sessions.add(session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await this.#pool.shutdown();
  }

  async #probe(artifact: ModelArtifact): Promise<VariantProfile> {
    const graph = await this.#graphOf(artifact);
    return this.#pool.withThread((thread) => thread.ask('probe', graph));
  }

  async #graphOf(artifact: ModelArtifact): Promise<Graph> {
    const convert = (from: string, to: string) => this.#pool.withThread((thread) => thread.ask('convert', { from, to }));
    const files = await this.#mapped.filesOf(artifact, convert);
    const { maxTokens, maxBatchRows: maxRows, vocabularySize: vocabulary, head } = artifact;
    return { files, plan: { maxTokens, maxRows, vocabulary, head } };
  }

  #openPlace({ measurements }: VariantProfile, graph: Graph): Promise<Place> {
    const slowestMs = Math.max(...measurements.map(({ ms }) => ms));
    const inline = measurements.length > 0 && slowestMs < this.#options.inlineBelowMs;
    return inline ? openInline(graph) : openOnThreads(graph, this.#pool);
  }
}

async function loading<T>(artifact: ModelArtifact, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof GraphError) throw new LoadFailedError(nameOf(artifact), error.reason);
    if (error instanceof ThreadLostError) throw new LoadFailedError(nameOf(artifact), 'the inference thread was lost while loading it');
    throw error;
  }
}

/** As a model is addressed, so that the reader of an error knows which file is meant. */
function nameOf({ name, version, variant }: ModelArtifact): string {
  return `${name}@${version}+${variant}`;
}
