import { quote } from '@cortex/kernel';
import { SourceNotFoundError, type SourceFile } from '@cortex/model-registry';

/** What an export needs beside its graphs. */
const CONFIGURATION = [
  'config.json', 'tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json', 'vocab.txt', 'vocab.json', 'merges.txt',
  'tokenizer.model', 'sentencepiece.bpe.model', 'spiece.model', 'modules.json', 'sentence_bert_config.json', 'config_sentence_transformers.json',
  '1_Pooling/config.json', 'README.md', 'LICENSE', 'LICENSE.txt', 'LICENSE.md', 'NOTICE',
];
const REFERENCE = 'fp32';

/** Of a repository's files those that the wanted variants need: the rest are the same weights in other forms. @throws SourceNotFoundError for a variant that there is not */
export function neededFiles(files: readonly SourceFile[], variants: readonly string[] = [REFERENCE]): readonly SourceFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const graphs = variants.map((variant) => graphOf(variant, paths));
  const isNeeded = (path: string) => CONFIGURATION.includes(path) || graphs.some((graph) => path === graph || isDataOf(graph, path));
  return files.filter(({ path }) => isNeeded(path));
}

function graphOf(variant: string, paths: ReadonlySet<string>): string {
  const name = variant === REFERENCE ? 'model.onnx' : `model_${variant}.onnx`;
  const found = [`onnx/${name}`, name].find((path) => paths.has(path));
  if (found !== undefined) return found;
  const graphs = [...paths].filter((path) => path.endsWith('.onnx'));
  throw new SourceNotFoundError(`the repository has no ${quote(name)}, there is ${quote(graphs.join(', ') || 'no ONNX graph', 300)}`);
}

/** As exporters name the file that a graph keeps its weights in. */
function isDataOf(graph: string, path: string): boolean {
  return path.startsWith(graph) && /^[._]data(_\d+)?$/.test(path.slice(graph.length));
}
