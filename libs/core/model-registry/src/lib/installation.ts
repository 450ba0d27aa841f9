import { z } from 'zod';
import { RELATIVE_PATH, type ModelFiles } from './model-files';

/** Lies in every version that a pull or an upload put there. Who deletes it vouches for the version from then on. */
export const INSTALLATION_FILE = 'cortex-origin.json';

/** In each folder of models: what is on its way in or out. Hidden, so that a scan passes it by. */
export const INCOMING_FOLDER = '.incoming';

const installationSchema = z.strictObject({
  kind: z.enum(['upload', 'http', 'hugging-face', 'object-store']),
  /** Address without credentials. */
  source: z.string().max(2_000).optional(),
  /** ISO 8601, UTC. */
  installedAt: z.string().max(40),
  files: z.array(z.strictObject({ path: z.string().regex(RELATIVE_PATH), sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().min(0) })),
});

/** Where an installed version came from, and every file of it as it was verified. */
export type Installation = z.output<typeof installationSchema>;

/** Undefined where the operator put the folder there. @throws RefusedError when the mark cannot be read */
export function findInstallation(files: ModelFiles): Promise<Installation | undefined> {
  return files.findJson(INSTALLATION_FILE, installationSchema);
}
