/** What an operator took out of service. The registry withdraws only what exists, so it is never larger than what was ever found. */
export class Withdrawals {
  /** Models withdrawn whole, later versions included, each with the versions offered again since. */
  readonly #models = new Map<string, Set<string>>();
  /** Single versions of models that are otherwise on offer. */
  readonly #versions = new Map<string, Set<string>>();

  has(name: string, version: string): boolean {
    const offered = this.#models.get(name);
    return offered ? !offered.has(version) : (this.#versions.get(name)?.has(version) ?? false);
  }

  withdraw(name: string, version?: string): void {
    const offered = this.#models.get(name);
    if (version === undefined) {
      this.#models.set(name, new Set());
      this.#versions.delete(name);
    } else if (offered) offered.delete(version);
    else this.#versions.set(name, (this.#versions.get(name) ?? new Set()).add(version));
  }

  offer(name: string, version?: string): void {
    if (version === undefined) {
      this.#models.delete(name);
      this.#versions.delete(name);
    } else {
      this.#models.get(name)?.add(version);
      this.#versions.get(name)?.delete(version);
    }
  }

  /** As if nobody had ever said anything of the version alone. */
  forget(name: string, version: string): void {
    this.#models.get(name)?.delete(version);
    this.#versions.get(name)?.delete(version);
  }

  /** Forgets that versions were offered which turned out not to exist, so that asking for any does not pile up. */
  forgetOffersUnless(exists: (name: string, version: string) => boolean): void {
    for (const [name, offered] of this.#models) for (const version of offered) if (!exists(name, version)) offered.delete(version);
  }
}
