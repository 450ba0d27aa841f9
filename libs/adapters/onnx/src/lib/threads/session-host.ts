import type { Signature } from '@cortex/inference';
import { convertGraph, GraphSession, type GraphFiles } from '../graph/graph-session';
import type { PackedResult, PackedWork } from '../graph/packed-work';
import { probeGraph, warmUp, type GraphProfile } from '../probe/probe';
import type { ProbePlan } from '../probe/subject';
import { residentBytes } from './resident-bytes';
import { canBecomeInt8, writeInt8Graph } from '../quantize/int8-graph';
import type { CallName, ThreadCalls } from './thread-calls';

/** The sessions of one inference thread. */
export class SessionHost implements Handlers {
  readonly #sessions = new Map<number, GraphSession>();

  async open({ session, files, plan }: { session: number; files: GraphFiles; plan: ProbePlan }): Promise<Signature> {
    const known = this.#sessions.get(session);
    if (known) return known.signature;
    const opened = await GraphSession.open(files);
    this.#sessions.set(session, opened);
    await warmUp(opened, plan);
    return opened.signature;
  }

  async close({ session }: { session: number }): Promise<void> {
    await this.#sessions.get(session)?.release();
    this.#sessions.delete(session);
  }

  async run({ session, work }: { session: number; work: PackedWork }): Promise<PackedResult> {
    const opened = this.#sessions.get(session);
    if (!opened) throw new Error(`session ${session} is not open on this thread. This is a bug.`);
    return opened.run(work);
  }

  probe({ files, plan }: { files: GraphFiles; plan: ProbePlan }): Promise<GraphProfile> {
    return probeGraph(files, plan);
  }

  weigh(): Promise<number> {
    return residentBytes();
  }

  convert({ from, to }: { from: string; to: string }): Promise<void> {
    return convertGraph(from, to);
  }

  async derivable({ from }: { from: string }): Promise<readonly string[]> {
    return canBecomeInt8(from) ? ['int8'] : [];
  }

  async derive({ from, to }: { from: string; to: string }): Promise<void> {
    writeInt8Graph(from, to);
  }

  async exit(): Promise<void> {
    for (const session of this.#sessions.keys()) await this.close({ session });
  }
}

/** A method for every call. */
export type Handlers = { [C in CallName]: (args: ThreadCalls[C]['args']) => Promise<ThreadCalls[C]['result']> };
