import { resolve } from 'node:path';

export const repositoryRoot = resolve(__dirname, '../../..');
/** Models and data for tests and benchmarks lie beside the repository; they are no part of it. */
export const sharedFolder = resolve(repositoryRoot, '../shared');
export const sharedModels = resolve(sharedFolder, 'models');
export const encoderFolder = resolve(sharedModels, 'all-MiniLM-L6-v2');
