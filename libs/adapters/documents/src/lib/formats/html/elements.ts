import type { TextFlow } from '../../writing/text-flow';

interface Meaning {
  readonly open?: (flow: TextFlow, attributes: Readonly<Record<string, string>>) => void;
  readonly close?: (flow: TextFlow) => void;
}

const apart = { open: (flow: TextFlow) => flow.boundary(), close: (flow: TextFlow) => flow.boundary() };
const list = { open: (flow: TextFlow) => flow.openList(), close: (flow: TextFlow) => flow.closeList() };
const code = { open: (flow: TextFlow) => flow.openCode(), close: (flow: TextFlow) => flow.closeCode() };
const cell = (isHeader: boolean): Meaning => ({ open: (flow) => flow.openCell(isHeader), close: (flow) => flow.closeCell() });
const heading = (level: number): Meaning => ({ open: (flow) => flow.openHeading(level), close: (flow) => flow.closeHeading() });

const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...['address', 'article', 'aside', 'blockquote', 'body', 'caption', 'center', 'dd', 'details', 'dialog', 'div', 'dl', 'dt', 'fieldset', 'figcaption', 'figure'].map(meansApart),
  ...['footer', 'form', 'header', 'hgroup', 'hr', 'legend', 'main', 'nav', 'p', 'search', 'section', 'summary', 'textarea'].map(meansApart),
  ...[1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, heading(level)] as const),
  ...['ul', 'menu', 'dir'].map((name) => [name, list] as const),
  ['ol', { open: (flow, { start }) => flow.openList(firstNumber(start)), close: list.close }],
  ['li', { open: (flow) => flow.openItem(), close: (flow) => flow.boundary() }],
  ...['pre', 'listing', 'xmp'].map((name) => [name, code] as const),
  ['table', { open: (flow) => flow.openTable(), close: (flow) => flow.closeTable() }],
  ['tr', { open: (flow) => flow.closeRow(), close: (flow) => flow.closeRow() }],
  ['th', cell(true)],
  ['td', cell(false)],
  ['br', { open: (flow) => flow.breakLine() }],
]);

function meansApart(name: string): readonly [string, Meaning] {
  return [name, apart];
}

function firstNumber(start: string | undefined): number {
  const number = Number.parseInt(start ?? '1', 10);
  return Number.isSafeInteger(number) ? number : 1;
}

export function openElement(flow: TextFlow, name: string, attributes: Readonly<Record<string, string>>): void {
  MEANINGS.get(name)?.open?.(flow, attributes);
}

export function closeElement(flow: TextFlow, name: string): void {
  MEANINGS.get(name)?.close?.(flow);
}
