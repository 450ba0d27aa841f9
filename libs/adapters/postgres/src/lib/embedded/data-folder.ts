import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where a fresh database comes from. */
export interface Origin {
  /** A prepared one, where there is one. */
  readonly template: string;
  /** Makes one in seconds. */
  readonly make: (folder: string) => Promise<void>;
}

/** The folder of the database inside `folder`, made when it is absent. It appears whole: a start that was killed begins anew. */
export async function dataFolder(folder: string, { template, make }: Origin): Promise<string> {
  const data = join(folder, 'data');
  if (existsSync(data)) return data;
  const draft = join(folder, 'data.draft');
  rmSync(draft, { recursive: true, force: true });
  if (existsSync(template)) cpSync(template, draft, { recursive: true });
  else await make(draft);
  renameSync(draft, data);
  return data;
}
