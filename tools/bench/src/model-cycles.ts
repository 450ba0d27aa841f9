import { readFile } from 'node:fs/promises';
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
  const runtime = new OnnxModelRuntime(options);
  const rows = Array.from({ length: ROWS }, (_, row) => ({ ids: Int32Array.from({ length: LENGTH }, (_unused, at) => 1_000 + row * 31 + at) }));
  const residentBytes: number[] = [];
  for (let i = 0; i < cycles; i += 1) {
    const session = await runtime.open(artifact);
    await Promise.all(Array.from({ length: session.parallelism }, () => session.run({ kind: 'tokens', rows, head: artifact.head! })));
    await session.close();
    residentBytes.push(await treeBytes(process.pid));
  }
  await runtime.close();
  return { residentBytes };
}

async function treeBytes(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const below = await Promise.all(children.split(' ').filter(Boolean).map((child) => treeBytes(Number(child))));
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return below.reduce((sum, bytes) => sum + bytes, Number(kilobytes) * 1024);
}

process.on('message', (plan: CyclePlan) => void cycle(plan).then((report) => process.send!(report)));
