import { dirname, join, posix } from 'node:path';
import { findInstallation } from './installation';
import { RELATIVE_PATH, type ModelFiles } from './model-files';
import { NAME_PATTERN } from './model-reference';
import { referenceFirst, type FilePin, type Variant } from './model-version';
import { RefusedError } from './refused.errors';

const GRAPH_NAME = /^model(?:_(.+))?\.onnx$/;

/** The graphs of a folder without a manifest: `model.onnx` is fp32, `model_int8.onnx` int8 and so on. @throws RefusedError */
export async function findVariants(files: ModelFiles, folder = ''): Promise<readonly Variant[]> {
  const variants: Variant[] = [];
  for (const fileName of await files.names(folder)) {
    const match = GRAPH_NAME.exec(fileName);
    if (match) variants.push(await readVariant(files, variantName(match[1]), posix.join(folder, fileName)));
  }
  refuseTwins(variants);
  return referenceFirst(variants);
}

/** One graph without a manifest, which must hold its weights itself, unless an installation pinned the files it takes them from. */
export async function readVariant(files: ModelFiles, name: string, path: string): Promise<Variant> {
  const locations = await files.externalLocations(path);
  const pins = locations.length > 0 ? ((await findInstallation(files))?.files ?? []) : [];
  for (const location of locations) await refuseUnpinned(files, { graph: path, location, pins });
  const { path: file, bytes } = await files.get(path);
  return { name, file, bytes, externalData: locations.map((location) => join(dirname(file), location)) };
}

async function refuseUnpinned(files: ModelFiles, { graph, location, pins }: { graph: string; location: string; pins: readonly FilePin[] }): Promise<void> {
  const pin = RELATIVE_PATH.test(location) ? pins.find(({ path }) => path === posix.join(posix.dirname(graph), location)) : undefined;
  if (pin === undefined) throw new RefusedError(`${graph} takes weights from another file, which needs a cortex-model.json that lists it with its sha256`);
  await files.expect(pin);
}

function variantName(suffix = 'fp32'): string {
  if (!NAME_PATTERN.test(suffix)) throw new RefusedError('a graph is named model_<variant>.onnx, of letters, digits, ".", "_", "-"');
  return suffix;
}

function refuseTwins(variants: readonly Variant[]): void {
  const names = new Set(variants.map(({ name }) => name));
  if (names.size < variants.length) throw new RefusedError('model.onnx and model_fp32.onnx are both the variant fp32');
}
