import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Jobs } from '@cortex/jobs';
import { SystemClock } from '@cortex/kernel';
import { Incoming, Installer, Pulls, transfersOptionsSchema, Uploads, type ModelRegistry } from '@cortex/model-registry';
import { FakeModelSource, FakeModelSources, onnxBytes } from '@cortex/model-registry/testing';

/** Pulls from a source in memory, and uploads, into a folder that goes with it. */
export interface FakeTransfers extends AsyncDisposable {
  readonly folder: string;
  readonly pulls: Pulls;
  readonly uploads: Uploads;
}

/** Slow enough that a pull can be watched: 20 pieces, 20 ms each. */
export async function fakeTransfers(registry: ModelRegistry, jobs: Jobs): Promise<FakeTransfers> {
  const folder = await mkdtemp(join(tmpdir(), 'transfers-'));
  const source = new FakeModelSource({ 'model.onnx': onnxBytes({ rawBytes: 20_000 }) }, { pieceBytes: 1_000, delayMs: 20 });
  const limits = transfersOptionsSchema.parse({ folder });
  const incoming = new Incoming(folder, limits.staleMs);
  const report = (error: unknown) => {
    throw error;
  };
  const installer = new Installer(folder, { registry, report });
  return {
    folder,
    pulls: new Pulls(jobs, { sources: new FakeModelSources(source), incoming, installer, limits, clock: new SystemClock() }),
    uploads: new Uploads({ incoming, installer, limits }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
