import type { Head } from '@cortex/inference';
import { quote } from '@cortex/kernel';
import type { Config, Modules, PoolingConfig } from './hugging-face-config';
import type { Task } from './model-version';
import { RefusedError } from './refused.errors';

/** Modules whose work a head does; any other one would be left out, and the vectors would silently be wrong. */
const KNOWN_MODULES = ['Transformer', 'Pooling', 'Normalize'];

/** What an export is for: sentence-transformers embed, one label ranks, more classify. */
export function taskOf(config: Config, modules: Modules | undefined): Task {
  if (modules) return 'embed';
  const architecture = config.architectures?.[0] ?? '';
  if (architecture.endsWith('ForSequenceClassification')) return labelsOf(config).length === 1 ? 'rerank' : 'classify';
  return architecture.endsWith('ForTokenClassification') ? 'token-classify' : 'tensor';
}

/** In the order of the graph's output. An export without names has two labels unless it says otherwise. */
export function labelsOf({ id2label, num_labels }: Config): readonly string[] {
  if (!id2label) return Array.from({ length: num_labels ?? 2 }, (_, id) => `LABEL_${id}`);
  return Array.from({ length: Object.keys(id2label).length }, (_, id) => {
    const label = id2label[id];
    if (label === undefined) throw new RefusedError(`config.json: id2label has no label ${id}`);
    return label;
  });
}

export function headOf(task: Task, modules: Modules = [], pooling?: PoolingConfig): Head | undefined {
  if (task === 'embed') return { pooling: poolingOf(pooling), normalize: modules.some((module) => kindOf(module) === 'Normalize') };
  if (task === 'rerank' || task === 'classify') return { output: 'logits', pooling: 'none', normalize: false };
  return task === 'token-classify' ? { output: 'logits', pooling: 'tokens', normalize: false } : undefined;
}

/** The folder of the pooling module; undefined where there is none. @throws RefusedError for a module that no head can do. */
export function poolingFolder(modules: Modules): string | undefined {
  const unknown = modules.map(kindOf).find((kind) => !KNOWN_MODULES.includes(kind));
  if (unknown !== undefined) throw new RefusedError(`modules.json: a module '${quote(unknown)}' cannot be run beside the graph`);
  const pooling = modules.find((module) => kindOf(module) === 'Pooling');
  return pooling && (pooling.path ?? '1_Pooling');
}

/** `sentence_transformers.models.Pooling` is a Pooling. */
function kindOf({ type }: Modules[number]): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

function poolingOf(config: PoolingConfig | undefined): Head['pooling'] {
  if (config === undefined) return 'mean';
  const { pooling_mode: mode, ...flags } = config;
  const set = mode !== undefined ? [mode] : Object.entries(flags).flatMap(([flag, on]) => (on ? [flag.slice('pooling_mode_'.length)] : []));
  const [only = 'nothing'] = set;
  const pooling = set.length > 1 ? undefined : POOLINGS.get(only);
  if (pooling === undefined) throw new RefusedError(`pooling by ${quote(set.join(' and ') || only)} is not known, expected mean, cls or lasttoken`);
  return pooling;
}

const POOLINGS = new Map<string, Head['pooling']>([
  ['mean', 'mean'],
  ['mean_tokens', 'mean'],
  ['cls', 'cls'],
  ['cls_token', 'cls'],
  ['lasttoken', 'last'],
]);
