import { quote } from '@cortex/kernel';
import { RefusedError } from './refused.errors';

/** Domains whose operators come with the runtime; '' is the standard one. Every other would need a library of its own. */
const KNOWN_DOMAINS = ['', 'ai.onnx', 'ai.onnx.ml', 'ai.onnx.training', 'ai.onnx.preview.training', 'com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc', 'org.pytorch.aten'];
/** It runs a compiled blob, which it may name in a file that nobody checked. */
const REFUSED = ['EPContext'];
const MOST_OPERATORS = 10_000;

/** The operators that a graph uses beside the runtime's own, and those that its functions define. */
export class GraphOperators {
  readonly #used = new Set<string>();
  readonly #defined = new Set<string>();

  use(domain: string, name: string): void {
    if (REFUSED.includes(name)) throw new RefusedError(`uses the operator ${name}`);
    if (!KNOWN_DOMAINS.includes(domain)) this.#keep(this.#used, domain, name);
  }

  define(domain: string, name: string): void {
    this.#keep(this.#defined, domain, name);
  }

  /** @throws RefusedError naming the first operator that neither the runtime nor the file itself knows */
  refuseUnknown(): void {
    for (const operator of this.#used) {
      if (!this.#defined.has(operator)) throw new RefusedError(`uses the operator '${quote(operator)}', which the runtime does not know`);
    }
  }

  #keep(operators: Set<string>, domain: string, name: string): void {
    operators.add(`${domain}::${name}`);
    if (operators.size > MOST_OPERATORS) throw new RefusedError('has too many operators');
  }
}
