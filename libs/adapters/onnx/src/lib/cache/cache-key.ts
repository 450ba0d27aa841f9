import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import type { ModelArtifact } from '@cortex/inference';
import { env } from 'onnxruntime-node';

/** Raised when what is kept, or how it is measured, changes. */
const FORMAT = 1;

/** Names what was made from a model on this kind of machine: another runtime or processor makes its own. */
export function cacheKey({ digest }: ModelArtifact, ...further: readonly unknown[]): string {
  const machine = [FORMAT, env.versions, process.platform, process.arch, cpus()[0]?.model];
  const hash = createHash('sha256').update(JSON.stringify([machine, digest, further])).digest('hex');
  return `${digest.replace(/^sha256:/, '').replace(/\W/g, '').slice(0, 16)}-${hash.slice(0, 24)}`;
}
