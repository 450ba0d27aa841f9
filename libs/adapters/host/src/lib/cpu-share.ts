/** CPU time as a share of the time that passed on all cores, since it was last asked. */
export class CpuShare {
  #last: { readonly wallMs: number; readonly cpuMs: number } | undefined;

  /** 0 to 1; undefined the first time, and while the CPU time is not known. */
  since(wallMs: number, cpuMs: number | undefined, cores: number): number | undefined {
    if (cpuMs === undefined) return undefined;
    const last = this.#last;
    this.#last = { wallMs, cpuMs };
    if (!last || wallMs <= last.wallMs) return undefined;
    return Math.min(1, Math.max(0, (cpuMs - last.cpuMs) / (wallMs - last.wallMs) / cores));
  }
}
