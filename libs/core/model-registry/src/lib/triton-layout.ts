import { readVariant } from './graph-variants';
import type { ModelFiles } from './model-files';
import type { FolderIdentity, ModelVersion } from './model-version';
import { RefusedError } from './refused.errors';

export const TRITON_GRAPH = 'model.onnx';
const TRITON_VERSION = /^[1-9]\d{0,17}$/;

/**
 * Reads a version folder of a Triton repository, or a folder with nothing but a graph; undefined without `model.onnx`.
 * `parent` is the model's folder, where Triton keeps config.pbtxt; an installed version has its own. @throws RefusedError
 */
export async function readTritonLayout(files: ModelFiles, identity: FolderIdentity, parent: ModelFiles): Promise<ModelVersion | undefined> {
  if ((await files.find(TRITON_GRAPH)) === undefined) return undefined;
  const { name, version = '1', origin } = identity;
  if (!TRITON_VERSION.test(version)) throw new RefusedError('a Triton version folder is named by a whole number');
  return {
    name, version, task: 'tensor', runtime: 'onnx', folder: files.folder, origin,
    variants: [await readVariant(files, 'fp32', TRITON_GRAPH)],
    maxTokens: 0,
    maxBatchRows: (await findMaxBatchRows(files)) ?? (await findMaxBatchRows(parent)),
    tokenizerFile: (await files.findTokenizer())?.path,
  };
}

/** The one setting of config.pbtxt that concerns batching. 0 is Triton's word for "the graph has no batch dimension", which its own shape says. */
async function findMaxBatchRows(folder: ModelFiles): Promise<number | undefined> {
  const config = await folder.findText('config.pbtxt');
  const rows = Number(/^\s*max_batch_size\s*:\s*(\d{1,6})\b/m.exec(config ?? '')?.[1] ?? 0);
  return rows > 0 ? rows : undefined;
}
