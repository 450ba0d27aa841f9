import { INSTALLATION_FILE } from '../installation';
import { RELATIVE_PATH } from '../model-files';
import type { SourceFile } from './model-source.port';
import type { TransferLimits } from './transfers.options';
import { FileRefusedError, ModelTooLargeError } from './transfer.errors';

/** Data, and nothing that anybody would execute: no libraries, scripts, pickles or archives. */
const ALLOWED = /(?:\.(?:onnx|json|txt|model|md|pbtxt)|(?:^|\/)(?:LICENSE|LICENCE|NOTICE|USE_POLICY)(?:\.[a-z]{1,4})?)$/i;
/** Taken only when a graph turns out to keep its weights there. */
const WEIGHTS = /(?:\.onnx[._]data(?:_\d{1,4})?|\.bin|\.data|\.weights)$/i;

/** Whether a graph must name the file. */
export function isWeights(path: string): boolean {
  return WEIGHTS.test(path);
}

/** Whether the file is taken although no graph names it. */
export function isTakenAlone(path: string): boolean {
  return RELATIVE_PATH.test(path) && ALLOWED.test(path) && path !== INSTALLATION_FILE;
}

/** Refuses a list of files before the first byte is read. @throws FileRefusedError, ModelTooLargeError */
export function refuseFiles(files: readonly SourceFile[], { maxFiles, maxFileBytes, maxBytes }: TransferLimits): void {
  if (files.length === 0) throw new FileRefusedError('', 'there are no files');
  if (files.length > maxFiles) throw new FileRefusedError(files[maxFiles]!.path, `there are ${files.length} files, the limit is ${maxFiles}`);
  files.forEach(refuseName);
  refuseTwins(files);
  for (const { path, bytes = 0 } of files) if (bytes > maxFileBytes) throw new ModelTooLargeError(path, bytes, maxFileBytes);
  const total = files.reduce((sum, { bytes = 0 }) => sum + bytes, 0);
  if (total > maxBytes) throw new ModelTooLargeError('the model', total, maxBytes);
}

function refuseName({ path }: SourceFile): void {
  if (!RELATIVE_PATH.test(path)) throw new FileRefusedError(path, 'it is no file name inside the folder');
  if (path === INSTALLATION_FILE) throw new FileRefusedError(path, 'this name is kept for the server');
  if (!ALLOWED.test(path) && !isWeights(path)) throw new FileRefusedError(path, 'only graphs, their weights, JSON, text, tokenizer models and licences are taken');
}

/** Also two that are one on a file system which ignores case, and a file that another needs as a folder. */
function refuseTwins(files: readonly SourceFile[]): void {
  const seen = new Set(files.map(({ path }) => path.toLowerCase()));
  if (seen.size < files.length) throw new FileRefusedError(files[0]!.path, 'two files have the same name');
  for (const { path } of files) {
    const folders = path.toLowerCase().split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'));
    if (folders.some((folder) => seen.has(folder))) throw new FileRefusedError(path, 'a file has the name of its folder');
  }
}
