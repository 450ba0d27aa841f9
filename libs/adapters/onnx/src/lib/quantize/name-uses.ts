import type { StoredGraph, StoredNode } from './onnx-file';

/** A place where a value is read: an input of a node. */
export interface Use {
  readonly node: StoredNode;
  readonly index: number;
}

/** Who reads which value. What is read out of sight, or may be replaced by the caller, is not open: it must stay as it is. */
export class NameUses {
  readonly #uses = new Map<string, Use[]>();
  readonly #closed = new Set<string>();

  constructor(graph: StoredGraph) {
    for (const name of [...graph.inputs, ...graph.outputs]) this.#closed.add(name);
    for (const node of graph.nodes) this.#note(node);
  }

  /** Every use of the value; undefined when there are others than by nodes of the graph itself. */
  of(name: string): readonly Use[] | undefined {
    return this.#closed.has(name) ? undefined : (this.#uses.get(name) ?? []);
  }

  #note(node: StoredNode): void {
    for (const [index, name] of node.inputs.entries()) {
      const uses = this.#uses.get(name);
      if (uses) uses.push({ node, index });
      else this.#uses.set(name, [{ node, index }]);
    }
    for (const { graphs } of node.attributes.values()) graphs.forEach((inner) => this.#close(inner));
  }

  /** A graph inside a node sees the names around it. */
  #close({ nodes, outputs }: StoredGraph): void {
    for (const name of [...outputs, ...nodes.flatMap(({ inputs }) => inputs)]) this.#closed.add(name);
    for (const { attributes } of nodes) for (const { graphs } of attributes.values()) graphs.forEach((inner) => this.#close(inner));
  }
}
