import { findVariants, readVariant } from './graph-variants';
import { configSchema, modulesSchema, poolingSchema, sentenceSchema, tokenizerSchema, type Config, type Modules } from './hugging-face-config';
import { headOf, labelsOf, poolingFolder, taskOf } from './hugging-face-head';
import type { ModelFiles } from './model-files';
import type { FolderIdentity, ModelVersion, Variant } from './model-version';
import { RefusedError } from './refused.errors';
import { onlyTags } from './token-heads';

const DEFAULT_MAX_TOKENS = 512;
/** Above it a limit is a placeholder for "none". */
const SANE_MAX_TOKENS = 1_000_000;
/** Families that count positions from the padding id on: two rows of their position table are never a token's. */
const POSITIONS_FROM_TWO = /roberta|camembert|mpnet|longformer/;

/** Reads an export for Hugging Face; undefined where there is no config.json. @throws RefusedError */
export async function readHuggingFaceLayout(files: ModelFiles, identity: FolderIdentity): Promise<ModelVersion | undefined> {
  const config = await files.findJson('config.json', configSchema);
  if (config === undefined) return undefined;
  const modules = await files.findJson('modules.json', modulesSchema);
  const task = taskOf(config, modules);
  const labels = task === 'classify' || task === 'token-classify' ? labelsOf(config) : undefined;
  const tokenizer = await files.findTokenizer();
  if (tokenizer === undefined && task !== 'tensor') throw new RefusedError(`tokenizer.json is missing, a model to ${task} needs it`);

  return {
    name: identity.name, version: identity.version ?? '1', task, runtime: 'onnx', folder: files.folder, origin: identity.origin,
    variants: await findGraphs(files),
    maxTokens: tokenizer ? await maxTokensOf(files, config) : 0,
    vocabularySize: config.vocab_size ?? undefined,
    head: headOf(task, modules, await findPooling(files, modules)),
    labels,
    heads: labels && task === 'token-classify' ? onlyTags(labels) : undefined,
    multiLabel: config.problem_type === 'multi_label_classification' || undefined,
    tokenizerFile: tokenizer?.path,
  };
}

async function findPooling(files: ModelFiles, modules: Modules = []) {
  const folder = poolingFolder(modules);
  if (folder === undefined) return undefined;
  const path = `${folder}/config.json`;
  const config = await files.findJson(path, poolingSchema);
  if (config === undefined) throw new RefusedError(`${path} is missing`);
  return config;
}

/** Those in `onnx/`, otherwise those beside config.json; a single graph may have any name. */
async function findGraphs(files: ModelFiles): Promise<readonly Variant[]> {
  for (const folder of ['onnx', '']) {
    const variants = await findVariants(files, folder);
    if (variants.length > 0) return variants;
  }
  const graphs = (await files.names()).filter((name) => name.endsWith('.onnx'));
  if (graphs.length !== 1) throw new RefusedError('there is no model.onnx or model_<variant>.onnx, here or in onnx/');
  return [await readVariant(files, 'fp32', graphs[0]!)];
}

/** What the export was made for, but never more than its position table holds. */
async function maxTokensOf(files: ModelFiles, config: Config): Promise<number> {
  const sentence = await files.findJson('sentence_bert_config.json', sentenceSchema);
  const tokenizer = await files.findJson('tokenizer_config.json', tokenizerSchema);
  const wanted = sane(sentence?.max_seq_length) ?? sane(tokenizer?.model_max_length);
  const positions = positionsOf(config);
  return Math.min(wanted ?? positions ?? DEFAULT_MAX_TOKENS, positions ?? SANE_MAX_TOKENS);
}

function positionsOf({ max_position_embeddings, model_type }: Config): number | undefined {
  const rows = sane(max_position_embeddings);
  return rows === undefined || rows < 3 || !POSITIONS_FROM_TWO.test(model_type ?? '') ? rows : rows - 2;
}

function sane(limit: number | null | undefined): number | undefined {
  return limit && Number.isInteger(limit) && limit > 0 && limit <= SANE_MAX_TOKENS ? limit : undefined;
}
