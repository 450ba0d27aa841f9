import { NameUses } from './name-uses';
import type { StoredGraph, StoredNode } from './onnx-file';

const node = (inputs: string[], outputs: string[], inner: StoredGraph[] = []): StoredNode => ({
  op: 'MatMul',
  inputs,
  outputs,
  attributes: new Map(inner.length > 0 ? [['then_branch', { float: 0, integer: 0, integers: [], graphs: inner }]] : []),
});
const graph = (nodes: StoredNode[], about: Partial<StoredGraph> = {}): StoredGraph => ({ parts: [], nodes, weights: [], inputs: [], outputs: [], ...about });

describe('NameUses', () => {
  it('tells who reads a value, and at which input', () => {
    const [first, second] = [node(['x', 'w'], ['y']), node(['y', 'w'], ['z'])];
    expect(new NameUses(graph([first, second])).of('w')).toEqual([{ node: first, index: 1 }, { node: second, index: 1 }]);
  });

  it.each([
    ['is an output of the graph', graph([node(['x', 'w'], ['y'])], { outputs: ['w'] })],
    ['may be replaced by the caller', graph([node(['x', 'w'], ['y'])], { inputs: ['w'] })],
    ['is read in a graph inside a node', graph([node(['x'], ['y'], [graph([node(['w'], ['z'])])])])],
    ['leaves a graph inside a node', graph([node(['x'], ['y'], [graph([], { outputs: ['w'] })])])],
    ['is read two graphs deep', graph([node(['x'], ['y'], [graph([node([], ['z'], [graph([node(['w'], ['v'])])])])])])],
  ])('gives nothing for a value that %s', (_, given) => {
    expect(new NameUses(given).of('w')).toBeUndefined();
  });
});
