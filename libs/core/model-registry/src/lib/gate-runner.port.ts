import type { GateCheck, GateSpec } from './gate';
import type { ModelVersion } from './model-version';

/** Runs a version against a gate: loads it, asks it, measures it. */
export abstract class GateRunner {
  /** Never throws for a model that fails: that is a check that did not pass. */
  abstract run(version: ModelVersion, gate: GateSpec): Promise<readonly GateCheck[]>;
}
