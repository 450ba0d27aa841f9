import { isDeepStrictEqual } from 'node:util';
import type { RequestContext } from '@cortex/kernel';
import { LRUCache } from 'lru-cache';
import type { Doc } from '../doc';
import { InvalidDefinitionError, PipelineInUseError, PipelineNotFoundError, PipelineVersionExistsError } from '../nlp-pipeline.errors';
import type { StepKinds } from '../steps/step-kinds';
import { compile } from './compile';
import { checkDefinition, parseDefinition, type PipelineDefinition } from './definition';
import type { Pipeline, PipelineParts } from './pipeline';
import type { PipelineCatalog } from './pipeline-catalog.port';
import type { PipelineRecord } from './pipeline-record';

export interface PipelinesSettings extends PipelineParts {
  /** Pipelines that are kept compiled. */
  readonly compiledPipelines: number;
}

export interface ResolvedPipeline {
  readonly definition: PipelineDefinition;
  readonly pipeline: Pipeline;
}

export interface PipelineRun {
  /** `name@version` that ran. */
  readonly pipeline: string;
  readonly docs: readonly Doc[];
}

/** What a plain name means, unless it was moved: the highest version. */
const LATEST = 'latest';

/** Pipelines as data: versions that never change and aliases that move. A run keeps the version that it began with. */
export class Pipelines {
  /** By content, so that a name that was removed and stored anew is another one. */
  readonly #compiled: LRUCache<string, Pipeline>;

  constructor(
    private readonly catalog: PipelineCatalog,
    private readonly kinds: StepKinds,
    private readonly settings: PipelinesSettings,
  ) {
    this.#compiled = new LRUCache({ max: settings.compiledPipelines });
  }

  list(): Promise<readonly string[]> {
    return this.catalog.names();
  }

  /** @throws PipelineNotFoundError */
  async get(name: string): Promise<PipelineRecord> {
    const record = await this.catalog.find(name);
    if (!record) throw new PipelineNotFoundError(name);
    return record;
  }

  /** Takes JSON or YAML text, or what it means, as a new version. The same again is no error. @throws PipelineVersionExistsError, PipelineConflictError, and what `compile` throws */
  async store(source: unknown): Promise<PipelineDefinition> {
    const definition = typeof source === 'string' ? parseDefinition(source) : checkDefinition(source);
    compile(definition, this.kinds, this.settings);
    const { name, version } = definition;
    const record = (await this.catalog.find(name)) ?? { name, revision: 0, versions: {}, aliases: {} };
    const kept = own(record.versions, version);
    if (kept !== undefined && !isSame(kept, definition)) throw new PipelineVersionExistsError(name, version);
    if (kept === undefined) await this.catalog.store({ ...record, revision: record.revision + 1, versions: { ...record.versions, [version]: definition } });
    return definition;
  }

  /** Runs that begin from now on by this alias take this version. @throws PipelineNotFoundError, PipelineConflictError, InvalidDefinitionError */
  async alias(name: string, alias: string, version: string): Promise<void> {
    const record = await this.get(name);
    if (own(record.versions, version) === undefined) throw notFound(record, version);
    if (!/^[A-Za-z][A-Za-z0-9._-]{0,63}$/.test(alias) || own(record.versions, alias) !== undefined) throw new InvalidDefinitionError('alias', 'expected a name that begins with a letter and is no version');
    await this.catalog.store({ ...record, revision: record.revision + 1, aliases: { ...record.aliases, [alias]: version } });
  }

  /** Forgets one version, or all of the name. @throws PipelineNotFoundError, PipelineInUseError, PipelineConflictError */
  async remove(name: string, version?: string): Promise<void> {
    const record = await this.get(name);
    if (version === undefined) return this.catalog.remove(name, record.revision);
    if (own(record.versions, version) === undefined) throw notFound(record, version);
    const alias = Object.keys(record.aliases).find((key) => record.aliases[key] === version);
    if (alias !== undefined) throw new PipelineInUseError(name, version, alias);
    const { [version]: _gone, ...versions } = record.versions;
    if (Object.keys(versions).length === 0) return this.catalog.remove(name, record.revision);
    return this.catalog.store({ ...record, revision: record.revision + 1, versions });
  }

  /** `name`, `name@version` or `name@alias`. @throws PipelineNotFoundError */
  async resolve(reference: string): Promise<ResolvedPipeline> {
    const [name = '', wanted = LATEST] = reference.split('@');
    const record = await this.get(name);
    const version = own(record.aliases, wanted) ?? (wanted === LATEST ? newest(Object.keys(record.versions)) : wanted);
    const definition = version === undefined ? undefined : own(record.versions, version);
    if (!definition) throw notFound(record, wanted);
    return { definition, pipeline: this.#compile(definition) };
  }

  /** @throws as `resolve` and Pipeline.run */
  async run(reference: string, texts: readonly string[], context: RequestContext): Promise<PipelineRun> {
    const { definition, pipeline } = await this.resolve(reference);
    const docs = await pipeline.run(texts, context);
    return { pipeline: `${definition.name}@${definition.version}`, docs: docs as readonly Doc[] };
  }

  #compile(definition: PipelineDefinition): Pipeline {
    const key = JSON.stringify(definition);
    const pipeline = this.#compiled.get(key) ?? compile(definition, this.kinds, this.settings);
    this.#compiled.set(key, pipeline);
    return pipeline;
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function notFound({ name, versions }: PipelineRecord, wanted: string): PipelineNotFoundError {
  return new PipelineNotFoundError(`${name}@${wanted}`, Object.keys(versions).map((version) => `${name}@${version}`));
}

/** As data, whatever order a catalogue keeps keys in. */
function isSame(one: PipelineDefinition, other: PipelineDefinition): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}

/** The highest by number: 10 above 9, 1.10 above 1.9. */
function newest(versions: readonly string[]): string | undefined {
  const byNumber = new Intl.Collator('en', { numeric: true });
  return [...versions].sort(byNumber.compare).at(-1);
}
