import { HostResourceProbe } from '@cortex/host';
import type { ModelArtifact } from '@cortex/inference';
import { OnnxModelRuntime, type OnnxOptions } from '@cortex/onnx';

/** Opens a model, runs a batch on everything it has and closes it, so many times. Run as a child process, which nothing else has used. */
export interface CyclePlan {
  readonly artifact: ModelArtifact;
  readonly options: OnnxOptions;
  readonly cycles: number;
}

export interface CycleReport {
  /** Resident memory of this process and its children after each cycle. */
  readonly residentBytes: readonly number[];
}

const ROWS = 8;
const LENGTH = 64;

async function cycle({ artifact, options, cycles }: CyclePlan): Promise<CycleReport> {
  using probe = new HostResourceProbe();
  const runtime = new OnnxModelRuntime(options);
  const rows = Array.from({ length: ROWS }, (_, row) => ({ ids: Int32Array.from({ length: LENGTH }, (_unused, at) => 1_000 + row * 31 + at) }));
  const residentBytes: number[] = [];
  for (let i = 0; i < cycles; i += 1) {
    const session = await runtime.open(artifact);
    await Promise.all(Array.from({ length: session.parallelism }, () => session.run({ kind: 'tokens', rows, head: artifact.head! })));
    await session.close();
    residentBytes.push((await probe.residentBytes()) ?? NaN);
  }
  await runtime.close();
  return { residentBytes };
}

process.on('message', (plan: CyclePlan) => void cycle(plan).then((report) => process.send!(report)));
