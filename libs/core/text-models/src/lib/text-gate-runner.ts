import { CortexError, DeadlineExceededError, SystemClock, internalContext, type Clock, type RequestContext } from '@cortex/kernel';
import { GateRunner, printModelReference, type GateCheck, type GateSpec, type ModelVersion } from '@cortex/model-registry';
import type { Orchestrator } from '@cortex/orchestrator';
import { goldenCheck, labelledCheck, type GateAsk } from './gate-answers';
import type { TextModels } from './text-models';

/** All parts of one gate together. */
const LIMIT_MS = 600_000;
const WARM_UP_RUNS = 5;
const TIMED_RUNS = 100;
/** Timing ends early for slow models. */
const TIMED_MS = 30_000;
const SAMPLE_TEXTS = ['Where is the station?', 'The parcel arrived two days late and the box was open.', 'ok'];

type Part = GateCheck['part'];
type Measure = () => Promise<Omit<GateCheck, 'part'>>;

/** Holds models that read text against gates, with low priority and past all caches. Plain tensor models pass on memory alone. */
export class TextGateRunner extends GateRunner {
  constructor(
    private readonly texts: Pick<TextModels, 'embed' | 'classify' | 'rerank' | 'annotate'>,
    private readonly orchestrator: Pick<Orchestrator, 'describe'>,
    private readonly clock: Clock = new SystemClock(),
  ) {
    super();
  }

  async run(version: ModelVersion, gate: GateSpec): Promise<readonly GateCheck[]> {
    using limit = new TimeLimit(this.clock.now() + LIMIT_MS);
    const ask = { texts: this.texts, version, context: () => this.#context(limit) };
    let memoryBytes = 0;
    const loads = await check('loads', async () => {
      memoryBytes = (await this.orchestrator.describe({ version }, ask.context())).memoryBytes;
      return { passed: true };
    });
    const checks = [loads];
    if (!loads.passed) return checks;

    const { golden, labelled, maxP95Ms, maxMemoryBytes } = gate;
    if (maxMemoryBytes !== undefined) checks.push({ part: 'memory', passed: memoryBytes <= maxMemoryBytes, measured: memoryBytes, bound: maxMemoryBytes });
    if (golden) checks.push(await check('golden', () => goldenCheck(ask, golden)));
    if (labelled) checks.push(await check('labelled', () => labelledCheck(ask, labelled)));
    if (maxP95Ms !== undefined) checks.push(await check('p95', () => this.#time(ask, golden?.inputs ?? labelled?.inputs ?? SAMPLE_TEXTS, maxP95Ms)));
    return checks;
  }

  /** One request after another, each of one text. */
  async #time(ask: GateAsk, texts: readonly string[], bound: number): Promise<Omit<GateCheck, 'part'>> {
    const one = singleRequest(ask);
    for (let run = 0; run < WARM_UP_RUNS; run += 1) await one(texts[run % texts.length]!);
    const times: number[] = [];
    const endAt = this.clock.now() + TIMED_MS;
    while (times.length < TIMED_RUNS && (times.length === 0 || this.clock.now() < endAt)) {
      const startedAt = this.clock.now();
      await one(texts[times.length % texts.length]!);
      times.push(this.clock.now() - startedAt);
    }
    const measured = times.sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1]!;
    return { passed: measured <= bound, measured, bound, detail: `of ${times.length} requests` };
  }

  /** For one request. @throws DeadlineExceededError when the gate has taken too long */
  #context({ deadlineMs, signal }: TimeLimit): RequestContext {
    if (this.clock.now() >= deadlineMs) throw new DeadlineExceededError(LIMIT_MS);
    return internalContext({ id: 'gate', priority: 'low', deadlineMs, signal });
  }
}

/** Ends what is under way, too: a load that hangs would keep all gates of its model closed. */
class TimeLimit implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer = setTimeout(() => this.#controller.abort(new DeadlineExceededError(LIMIT_MS)), LIMIT_MS).unref();

  constructor(readonly deadlineMs: number) {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

/** A part that cannot be measured has not passed. A bug is said to be one, without its words. */
async function check(part: Part, measure: Measure): Promise<GateCheck> {
  try {
    return { part, ...(await measure()) };
  } catch (error) {
    return { part, passed: false, detail: error instanceof CortexError ? error.message : 'an internal error' };
  }
}

function singleRequest({ texts, version, context }: GateAsk): (text: string) => Promise<unknown> {
  const model = printModelReference(version);
  switch (version.task) {
    case 'classify': return (text) => texts.classify({ model, texts: [text], truncate: true }, context());
    case 'rerank': return (text) => texts.rerank({ model, query: text, documents: [text], truncate: true }, context());
    case 'token-classify': return (text) => texts.annotate({ model, texts: [text] }, context());
    default: return (text) => texts.embed({ model, texts: [text], truncate: true }, context());
  }
}
