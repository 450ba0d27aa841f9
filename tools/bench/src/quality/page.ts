import type { Figure } from '../report';
import type { Section } from './topic';

export interface Page {
  /** ISO 8601 date. */
  readonly date: string;
  readonly bounds: readonly Figure[];
  readonly sections: readonly (Section & { readonly title: string })[];
  /** What was left out, and what it lacked. */
  readonly skipped: readonly string[];
}

/** Figures of quality as a Markdown page; nothing on it depends on the machine's speed. */
export function markdownOf({ date, bounds, sections, skipped }: Page): string {
  const parts = [
    `# Accuracy\nWritten by \`npm run bench -- quality --write\` on ${date}; do not edit. Whole sets, no sampling; nothing here depends on a machine's speed (kernels of other processors may round otherwise, int8 above all). The int8 file of a model is what is served, unless fp32 is asked for by name; where only one of the two is installed, the model's card says what int8 costs.`,
    ...(bounds.length > 0 ? [`## Bounds\n${table(['what', 'measured', 'bound', 'aim', 'holds'], bounds.map(boundRow))}`] : []),
    ...sections.map(sectionOf),
    ...(skipped.length > 0 ? [`## Not measured\n${skipped.map((one) => `- ${one}`).join('\n')}`] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionOf({ title, about, columns, rows, notes = [] }: Page['sections'][number]): string {
  const body = rows.length > 0 ? table(columns, rows) : 'No model for it is installed.';
  return [`## ${title}\n${about}`, body, ...(notes.length > 0 ? [`Missed:\n${notes.map((note) => `- ${note}`).join('\n')}`] : [])].join('\n\n');
}

function boundRow({ case: name, value, atLeast = NaN, aim = NaN, holds }: Figure): readonly (string | number)[] {
  return [name, value, `>= ${atLeast}`, String(aim), holds ? 'yes' : '**no**'];
}

function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(shown).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function shown(cell: string | number): string {
  return typeof cell === 'number' ? cell.toFixed(3) : cell;
}
