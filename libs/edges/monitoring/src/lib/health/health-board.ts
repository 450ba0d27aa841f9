import { codeOf, type Metric, type Telemetry } from '@cortex/kernel';
import { Component, type ComponentKind } from './component';

const DEPENDENCY_UP = { name: 'cortex_dependency_up', help: '1 while the dependency answers, 0 while it does not.', labels: ['dependency'] } as const satisfies Metric;
/** What the report has of its own. */
const RESERVED = ['status', 'info', 'error', 'details', 'resources'];

/**
 * Where each part says how it is, and where operators read it. Nothing is asked here: a report costs the parts nothing,
 * and a part that hangs cannot make it hang.
 */
export class HealthBoard {
  readonly #parts = new Map<string, Component>();
  readonly #sections = new Map<string, () => unknown>();

  constructor(private readonly telemetry: Telemetry, private readonly now: () => Date = () => new Date()) {}

  /** A part of this process; while it is down `/health` is 503. */
  component(name: string): Component {
    return this.#part(name, 'component');
  }

  /** Another service; while it is down Cortex is degraded, not dead. Also exposed as `cortex_dependency_up`. */
  dependency(name: string): Component {
    const part = this.#part(name, 'dependency');
    this.telemetry.gauge(DEPENDENCY_UP, { dependency: name }, () => (part.state === 'up' ? 1 : 0));
    return part;
  }

  /** An address that clients connect to; while it is down `/health` is 503. */
  listener(name: string, address: string): Component {
    return this.#part(name, 'listener', address);
  }

  /** Adds a section to the report (`models`, `governor`), read whenever somebody asks. A second one replaces the first. */
  show(section: string, read: () => unknown): void {
    if (RESERVED.includes(section)) throw new Error(`'${section}' is a part of every health report. This is a bug.`);
    this.#sections.set(section, read);
  }

  parts(): ReadonlyMap<string, Component> {
    return this.#parts;
  }

  /** What `show` was given; a section that cannot be read shows the error's code. */
  sections(): Record<string, unknown> {
    return Object.fromEntries([...this.#sections].map(([name, read]) => [name, readOrCode(read)]));
  }

  #part(name: string, kind: ComponentKind, address?: string): Component {
    const known = this.#parts.get(name);
    if (known && known.kind !== kind) throw new Error(`'${name}' is a ${known.kind} and a ${kind}. This is a bug.`);
    if (known) return known;

    const part = new Component(kind, this.now, address);
    this.#parts.set(name, part);
    return part;
  }
}

function readOrCode(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return { error: codeOf(error) };
  }
}
