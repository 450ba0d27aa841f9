import type { Decision } from './decision-log';
import type { Eviction } from './residency';

/** An eviction as the governor remembers it: whether memory came back, and how much, is in its figures. */
export function evictionNote({ key, cause, for: beneficiary, bytes, fellBytes }: Eviction): Decision {
  return { kind: 'eviction', reason: cause, subject: key, ...(beneficiary !== undefined && { beneficiary }), figures: { bytes, ...(fellBytes !== undefined && { fellBytes }) } };
}
