import type { Provenance } from '../model-record';

/** One file that a source offers. */
export interface SourceFile {
  /** Relative, as it shall lie in the version's folder. */
  readonly path: string;
  readonly bytes?: number;
  /** Hex, where the source promises one. */
  readonly sha256?: string;
  /** Changes with the content; for sources that promise no hash. */
  readonly identity?: string;
}

/** What a source is about to give. */
export interface SourceModel {
  readonly name: string;
  readonly version: string;
  readonly provenance: Provenance;
  readonly files: readonly SourceFile[];
}

/** What is there already, and of which content. */
export interface PartialFile {
  readonly bytes: number;
  /** The `etag` of the body that it was read from. */
  readonly etag?: string;
}

/** A file's bytes on their way. */
export interface SourceBody {
  /** The byte that `chunks` begins with: where the partial ended, or 0 when the source can or must not go on there. */
  readonly startsAt: number;
  readonly etag?: string;
  /** Ends early, by throwing, when the signal aborts. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** One model somewhere else. Deliberately not in it: limits, hashes and retries, which hold for all sources alike. */
export abstract class ModelSource {
  /** @throws SourceForbiddenError, SourceNotFoundError, SourceFailedError, SourceTooSlowError */
  abstract describe(signal: AbortSignal): Promise<SourceModel>;
  /** A file that `describe` named, from where the partial ends. @throws like `describe` */
  abstract open(file: SourceFile, partial: PartialFile, signal: AbortSignal): Promise<SourceBody>;
}

/** Where a model shall be taken from, as a caller says it. */
export type SourceAddress =
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'hugging-face'; readonly model: string; readonly revision?: string; readonly variants?: readonly string[] }
  | { readonly kind: 'object-store'; readonly prefix: string };

/** Finds the source behind an address. */
export abstract class ModelSources {
  /** Contacts nobody. @throws SourceForbiddenError when the address may not be asked */
  abstract at(address: SourceAddress): ModelSource;
}
