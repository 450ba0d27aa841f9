import type { Signature } from '@cortex/inference';
import type { GraphFiles } from '../graph/graph-session';
import type { PackedResult, PackedWork } from '../graph/packed-work';
import type { ProbePlan } from '../probe/subject';
import type { GraphProfile } from '../probe/probe';

/** What may be asked of an inference thread, and of a process that has such threads. `session` is a number that the asking side chose. */
export interface ThreadCalls {
  /** Opens a graph under a number and warms it up; one that is open already stays. */
  open: { args: { session: number; files: GraphFiles; plan: ProbePlan }; result: Signature };
  /** Frees a graph; nothing when it is not open. */
  close: { args: { session: number }; result: void };
  run: { args: { session: number; work: PackedWork }; result: PackedResult };
  /** Opens a graph for as long as it takes to measure it. */
  probe: { args: { files: GraphFiles; plan: ProbePlan }; result: GraphProfile };
  /** Resident memory of the process, in bytes. */
  weigh: { args: Record<string, never>; result: number };
  convert: { args: { from: string; to: string }; result: void };
  /** Which variants can be made of a graph; only its structure is read. */
  derivable: { args: { from: string }; result: readonly string[] };
  /** Makes the int8 variant of a graph. */
  derive: { args: { from: string; to: string }; result: void };
  /** The last call: frees everything, then the thread ends by itself. */
  exit: { args: Record<string, never>; result: void };
}

export type CallName = keyof ThreadCalls;

export interface ThreadRequest<C extends CallName = CallName> {
  readonly id: number;
  readonly call: C;
  readonly args: ThreadCalls[C]['args'];
}

/** `refused` is the graph's own reason; `lost` says what ended under a process; `bug` is anything else that was thrown. */
export type ThreadResponse =
  | { readonly id: number; readonly result: ThreadCalls[CallName]['result'] }
  | { readonly id: number; readonly refused: string }
  | { readonly id: number; readonly lost: string }
  | { readonly id: number; readonly bug: string };
