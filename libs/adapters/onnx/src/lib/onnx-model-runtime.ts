import './no-telemetry';
import { SystemClock, type Clock } from '@cortex/kernel';
import { LoadFailedError, ModelRuntime, type Derivatives, type ModelArtifact, type ModelSession, type VariantProfile } from '@cortex/inference';
import type { z } from 'zod';
import { childEntry, workerEntry } from './built-entry';
import { warnOnce } from './cache/disk-trouble';
import { DerivedGraphs } from './cache/derived-graphs';
import { MappedGraphs } from './cache/mapped-graphs';
import { ProfileStore } from './cache/profile-store';
import { GraphError } from './graph/graph.errors';
import { OnnxModelSession, type Place } from './onnx-model-session';
import { onnxOptionsSchema, type OnnxOptions } from './onnx.options';
import { openInline, openOnThreads } from './places';
import type { GraphProfile } from './probe/probe';
import { ModelProcesses } from './process/model-processes';
import type { CallName, ThreadCalls } from './threads/thread-calls';
import { ThreadLostError } from './threads/thread.errors';
import { ThreadPool, type Graph } from './threads/thread-pool';

type MakeRoom = () => Promise<AsyncDisposable>;

const nothingToMake: MakeRoom = async () => ({ [Symbol.asyncDispose]: () => Promise.resolve() });

/**
 * Runs ONNX files: on inference threads that all models share, when a model is tiny where it is asked, and when it is to be
 * kept apart in a child process of its own. Threads start at the first use.
 */
export class OnnxModelRuntime extends ModelRuntime {
  readonly #options: z.output<typeof onnxOptionsSchema>;
  readonly #pool: ThreadPool;
  readonly #processes: ModelProcesses;
  readonly #profiles: ProfileStore;
  readonly #mapped: MappedGraphs;
  readonly #derived: DerivedGraphs;
  readonly #sessions = new Set<ModelSession>();

  constructor(options: OnnxOptions = {}, clock: Clock = new SystemClock()) {
    super();
    this.#options = onnxOptionsSchema.parse(options);
    this.#pool = new ThreadPool({ ...this.#options, entry: workerEntry() }, clock);
    const { cacheDir, cacheBytes, warn, processLoadMs: loadMs, processExitMs: exitMs } = this.#options;
    this.#processes = new ModelProcesses({ ...this.#options, entry: childEntry(), loadMs, exitMs }, clock);
    const onTrouble = warnOnce(cacheDir, warn);
    this.#profiles = new ProfileStore(cacheDir, onTrouble);
    this.#mapped = new MappedGraphs(cacheDir, cacheBytes, onTrouble);
    this.#derived = new DerivedGraphs(cacheDir, cacheBytes, onTrouble);
  }

  async measure(artifact: ModelArtifact, makeRoom: MakeRoom = nothingToMake): Promise<VariantProfile> {
    const placed = this.#placed(artifact);
    const kept = await this.#profiles.get(placed, () => loading(placed, () => this.#probe(placed, makeRoom)));
    return { ...kept, parallelism: this.#isInline(placed, kept) ? 1 : this.#options.threads };
  }

  async derivatives(artifact: ModelArtifact): Promise<Derivatives> {
    if (artifact.variant !== 'fp32' || artifact.maxTokens === 0) return { kept: [], missing: [] };
    const placed = this.#placed(artifact);
    return this.#derived.of(placed, () => loading(placed, () => this.#ask(placed, 'derivable', { from: placed.file })));
  }

  async derive(artifact: ModelArtifact, variant: string): Promise<ModelArtifact> {
    if (variant !== 'int8') throw new LoadFailedError(nameOf(artifact), `no variant ${variant} can be derived from it`);
    const placed = this.#placed(artifact);
    return loading(placed, () => this.#derived.make(placed, variant, (to) => this.#ask(placed, 'derive', { from: placed.file, to })));
  }

  async open(artifact: ModelArtifact): Promise<ModelSession> {
    const placed = this.#placed(artifact);
    const profile = await this.measure(placed);
    const place = await loading(placed, () => this.#openPlace(placed, profile));
    const session = new OnnxModelSession(nameOf(artifact), place, (closed) => this.#sessions.delete(closed));
    this.#sessions.add(session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await Promise.all([this.#pool.shutdown(), this.#processes.shutdown()]);
  }

  #placed(artifact: ModelArtifact): ModelArtifact {
    return this.#options.placement === 'process' ? { ...artifact, isolation: 'process' } : artifact;
  }

  async #probe(artifact: ModelArtifact, makeRoom: MakeRoom): Promise<GraphProfile> {
    await using _room = await makeRoom();
    const graph = await this.#graphOf(artifact);
    return await (artifact.isolation ? this.#processes.measure(graph) : this.#ask(artifact, 'probe', graph)); // the room is held until then
  }

  async #graphOf(artifact: ModelArtifact): Promise<Graph> {
    const files = await this.#mapped.filesOf(artifact, (from, to) => this.#ask(artifact, 'convert', { from, to }));
    const { maxTokens, maxBatchRows: maxRows, vocabularySize: vocabulary, head } = artifact;
    return { files, plan: { maxTokens, maxRows, vocabulary, head } };
  }

  /** On a thread for itself; a file that is kept apart is read in a process that ends with the job. */
  #ask<C extends CallName>({ isolation }: ModelArtifact, call: C, args: ThreadCalls[C]['args']): Promise<ThreadCalls[C]['result']> {
    if (isolation) return this.#processes.withProcess(1, (child) => child.ask(call, args));
    return this.#pool.withThread((thread) => thread.ask(call, args));
  }

  async #openPlace(artifact: ModelArtifact, profile: VariantProfile): Promise<Place> {
    const graph = await this.#graphOf(artifact);
    if (artifact.isolation) return this.#processes.openPlace(graph);
    return this.#isInline(artifact, profile) ? openInline(graph) : openOnThreads(graph, this.#pool);
  }

  #isInline({ isolation }: ModelArtifact, { measurements }: Pick<VariantProfile, 'measurements'>): boolean {
    if (isolation || measurements.length === 0) return false;
    return Math.max(...measurements.map(({ ms }) => ms)) < this.#options.inlineBelowMs;
  }
}

async function loading<T>(artifact: ModelArtifact, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof GraphError) throw new LoadFailedError(nameOf(artifact), error.reason);
    if (error instanceof ThreadLostError) throw new LoadFailedError(nameOf(artifact), `${error.message} while loading it`);
    throw error;
  }
}

/** As a model is addressed, so that the reader of an error knows which file is meant. */
function nameOf({ name, version, variant }: ModelArtifact): string {
  return `${name}@${version}+${variant}`;
}
