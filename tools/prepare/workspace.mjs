import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository root, wherever the command was started. */
export const root = resolve(fileURLToPath(import.meta.url), '../../..');
