import type { Scope } from '../collections/scope';
import type { FoundPassage } from './passage';

/**
 * Port: the spaces in which the published passages of a PassageIndex have vectors. A space is made by the first vector that is written in it, which says its width.
 * Not here: whose vectors they are, which space is asked.
 */
export abstract class PassageSpaces {
  /** How many passages are published. */
  abstract count(scope: Scope): Promise<number>;
  /** Published passages without a vector in the space, at most `limit`; the same ones until they have one. */
  abstract lacking(scope: Scope, space: string, limit: number): Promise<FoundPassage[]>;
  /** Gives passages their vectors, each of length 1, by the passage's id; those that are gone are passed over. @throws VectorWidthError */
  abstract store(scope: Scope, space: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** The vectors of passages, by their ids; those without one are absent. */
  abstract read(scope: Scope, space: string, ids: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  /** Makes searches of the space as fast as its size asks for; searches go on meanwhile, and nothing is done where that is done. */
  abstract settle(scope: Scope, space: string): Promise<void>;
  /** Removes a space with its vectors. */
  abstract drop(scope: Scope, space: string): Promise<void>;
}
