/** Where versions come from that the records name and no folder of this machine holds. */
export abstract class VersionSupply {
  /** Settles once the version lies here; at once where nobody shares it. @throws VersionComingError when it takes longer than anybody waits, the signal's reason, what keeps it from coming */
  abstract bring(name: string, version: string, signal?: AbortSignal): Promise<void>;
}
