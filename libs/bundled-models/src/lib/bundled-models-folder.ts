import { join } from 'node:path';

/** Absolute path of the folder with the bundled models: `<name>/<version>/cortex-model.json`. Read-only. */
export function bundledModelsFolder(): string {
  // The package's root lies two above both src/lib and dist/lib.
  return join(__dirname, '../../models');
}
