import { findNames } from './names';
import { served, type ModelService } from './model-service';
import type { Section, Topic } from './topic';
import { UNNAMED_TEXTS } from './unnamed-texts';

/** How often a model finds a name where there is none: data sets of names hold few such texts, services many. */
export const unnamed: Topic = { title: 'Texts without names', needs: [], measure: ({ service }) => measure(service) };

async function measure(service: ModelService): Promise<Section> {
  const kinds = Object.entries(UNNAMED_TEXTS);
  const count = kinds.reduce((sum, [, texts]) => sum + texts.length, 0);
  const rows: Section['rows'][number][] = [];
  const notes: string[] = [];
  for (const subject of served(service.taggers)) {
    const shares: number[] = [];
    for (const [, texts] of kinds) {
      const found = await findNames(service, subject, texts);
      shares.push(found.filter((spans) => spans.length > 0).length / texts.length);
      notes.push(...found.flatMap((spans, index) => spans.map(({ type, start, end }) => `${subject.reference}: ${type} \`${texts[index]!.slice(start, end)}\` in \`${texts[index]!}\``)));
    }
    rows.push([subject.reference, ...shares, shares.reduce((sum, share, index) => sum + share * kinds[index]![1].length, 0) / count]);
  }
  return {
    about: `${count} texts that name nobody, written for this page (${kinds.map(([kind, { length }]) => `${kind} ${length}`).join(', ')}). Share of those in which a name is found: the less, the better.`,
    columns: ['model', ...kinds.map(([kind]) => kind), 'all'], rows, notes, measured: [],
  };
}
