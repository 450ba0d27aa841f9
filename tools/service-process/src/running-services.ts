import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './paths';

const FILE = join(repositoryRoot, '.cache/services/services.json');

/** The real services that `tools/services up` has started; what is absent is not running. */
export interface RunningServices {
  readonly postgres?: { readonly url: string };
  readonly redis?: { readonly url: string };
  readonly s3?: { readonly endpoint: string; readonly accessKey: string; readonly secretKey: string };
}

export function runningServices(): RunningServices {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as RunningServices) : {};
}
