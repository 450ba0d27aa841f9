import { SystemClock, type Clock } from '@cortex/kernel';
import { ResourceProbe, type ResourceReading } from '@cortex/resource-governor';
import { CpuShare } from './cpu-share';
import { hostOptionsSchema, type HostOptions } from './host.options';
import { KernelFiles } from './kernel-files';
import { LinuxMachine } from './linux/linux-machine';
import type { Machine } from './machine';
import { NvidiaGpus } from './nvidia/nvidia-gpus';
import { NvidiaSmi } from './nvidia/nvidia-smi';
import { PortableMachine } from './portable-machine';
import { Survey } from './survey';

/** The machine this process runs on: its container's limits on Linux, what Node tells elsewhere, NVIDIA's cards where they are. */
export class HostResourceProbe extends ResourceProbe implements Disposable {
  readonly #machine: Machine;
  readonly #smi: NvidiaSmi;
  readonly #gpus: NvidiaGpus;
  readonly #cpu = new CpuShare();
  readonly #freshMs: number;
  /** The look that all readers share until `#staleAtMs`; that is never, while it still goes on. */
  #current: Promise<ResourceReading> | undefined;
  #staleAtMs = Infinity;

  /** @throws ZodError for options that make no sense */
  constructor(options: HostOptions = {}, private readonly clock: Clock = new SystemClock()) {
    super();
    const { root, platform, pid, freshMs, nvidiaSmi, nvidiaSmiTimeoutMs } = hostOptionsSchema.parse(options);
    this.#machine = platform === 'linux' ? new LinuxMachine(new KernelFiles(root), pid) : new PortableMachine();
    this.#smi = new NvidiaSmi(nvidiaSmi, nvidiaSmiTimeoutMs);
    this.#gpus = new NvidiaGpus(this.#smi, clock);
    this.#freshMs = freshMs;
  }

  read(): Promise<ResourceReading> {
    if (this.#current && this.clock.now() < this.#staleAtMs) return this.#current;
    this.#staleAtMs = Infinity;
    this.#current = this.#look().finally(() => (this.#staleAtMs = this.clock.now() + this.#freshMs));
    return this.#current;
  }

  residentBytes(): Promise<number | undefined> {
    return this.#machine.residentBytes(new Survey());
  }

  [Symbol.dispose](): void {
    this.#smi[Symbol.dispose]();
  }

  async #look(): Promise<ResourceReading> {
    const survey = new Survey();
    const [{ cpuMs, ...state }, gpus] = await Promise.all([
      this.#machine.look(survey),
      survey.ask('nvidia-smi', () => this.#gpus.read()),
    ]);
    return {
      ...state,
      cpuUtilization: this.#cpu.since(this.clock.now(), cpuMs, state.cores),
      gpus: gpus ?? [],
      unreadable: survey.unreadable,
    };
  }
}
