import fc from 'fast-check';
import { digestOfFiles } from '../digest';
import { emptyRecord, withHistory, without, type ModelRecord } from '../model-record';
import type { FilePin } from '../model-version';
import { dueOf, type LocalVersion } from './due';

const filesOf = (content: string): readonly FilePin[] => [
  { path: 'model.onnx', sha256: content.repeat(64), bytes: 1 },
  { path: 'LICENSE', sha256: 'e'.repeat(64), bytes: 2 },
];
const registered = (record: ModelRecord, version: string, content: string) => {
  const provenance = { ...record.provenance, [version]: { kind: 'upload' as const, digest: digestOfFiles(filesOf(content)) } };
  return withHistory({ ...record, provenance }, { by: 'x', action: 'register', to: version });
};
const deleted = (record: ModelRecord, version: string) => withHistory({ ...record, shared: without(record.shared, version), provenance: without(record.provenance, version) }, { by: 'x', action: 'delete', from: version });
const shared = (record: ModelRecord, version: string, content: string): ModelRecord => ({ ...record, shared: { ...record.shared, [version]: filesOf(content) } });
const mine: LocalVersion = { installed: filesOf('a') };
const operators: LocalVersion = {};

describe('dueOf', () => {
  const empty = emptyRecord('m');
  const known = shared(registered(empty, '1', 'a'), '1', 'a');
  const gone = deleted(known, '1');

  it.each([
    ['nothing is due of what nobody has', undefined, empty, 'nothing'],
    ['what was installed here is shared', mine, registered(empty, '1', 'a'), 'share'],
    ['a record that was lost deletes nothing', mine, empty, 'share'],
    ['what others share is brought', undefined, known, 'bring'],
    ['what all have stays, whatever the order of its files', { installed: [...filesOf('a')].reverse() }, known, 'nothing'],
    ['another one of the same name gives way', { installed: filesOf('b') }, known, 'replace'],
    ['what was deleted goes', mine, gone, 'drop'],
    ['what was deleted and came again is brought', undefined, shared(registered(gone, '1', 'a'), '1', 'a'), 'bring'],
    ['what came again, and is not shared yet, stays', mine, registered(gone, '1', 'a'), 'share'],
    ['a deletion of another version does not count', mine, deleted(registered(empty, '1', 'a'), '2'), 'share'],
    ['what was deleted, and came again as another one, goes', mine, registered(gone, '1', 'b'), 'drop'],
    ['a record of an earlier version does not say what it was', mine, { ...empty, provenance: { 1: { kind: 'upload' } } }, 'share'],
    ['an operator\'s own folder is his', operators, empty, 'nothing'],
    ['an operator\'s own folder stays when others delete theirs', operators, gone, 'nothing'],
    ['an operator\'s own folder goes before what is shared', operators, known, 'nothing'],
  ] as const)('%s', (_, local, record, due) => expect(dueOf('1', local, record)).toBe(due));

  it('brings all replicas to the same, whatever they did while they could not hear each other', () => {
    const replica = fc.nat({ max: 2 });
    const action = fc.record({ does: fc.constantFrom('install', 'delete', 'look'), replica, version: fc.constantFrom('1', '2'), content: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
        const world = new World();
        for (const { does, replica: at, version, content } of actions) {
          if (does === 'install') world.install(at, version, content);
          else if (does === 'delete') world.delete(at, version);
          else world.look(at);
        }
        for (let round = 0; round < 2; round += 1) for (const at of [0, 1, 2]) world.look(at);
        const served = world.replicas.map((versions) => [...versions].sort());
        expect(served[1]).toEqual(served[0]);
        expect(served[2]).toEqual(served[0]);
        expect(served[0]).toEqual([...world.latest].sort());
      }),
      { numRuns: 500 },
    );
  });
});

/** Three replicas and one record, that do what is due. */
class World {
  record = emptyRecord('m');
  /** What was installed last, and not deleted since. */
  readonly latest = new Map<string, readonly FilePin[]>();
  readonly replicas = [0, 1, 2].map(() => new Map<string, readonly FilePin[]>());

  /** Refused where the version lies already, or others share it. */
  install(at: number, version: string, content: string): void {
    if (this.replicas[at]!.has(version) || version in this.record.shared) return;
    this.replicas[at]!.set(version, filesOf(content));
    this.record = registered(this.record, version, content);
    this.latest.set(version, filesOf(content));
  }

  delete(at: number, version: string): void {
    if (!this.replicas[at]!.delete(version)) return;
    this.record = deleted(this.record, version);
    this.latest.delete(version);
  }

  look(at: number): void {
    const here = this.replicas[at]!;
    for (const version of ['1', '2']) {
      const installed = here.get(version);
      const due = dueOf(version, installed && { installed }, this.record);
      if (due === 'share') this.record = { ...this.record, shared: { ...this.record.shared, [version]: installed! } };
      if (due === 'drop' || due === 'replace') here.delete(version);
      if (due === 'bring' || due === 'replace') here.set(version, this.record.shared[version]!);
    }
  }
}
