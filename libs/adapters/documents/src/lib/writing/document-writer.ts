import type { Block, BlockKind, ParsedDocument } from '@cortex/query';
import { TooLargeError } from '../reading.errors';
import { cleaned, placeToCut } from './characters';

/** So long is a part, in UTF-16 units, and at most a block. */
export const PART_UNITS = 256 * 1_024;

interface OpenBlock extends Pick<Block, 'kind' | 'level' | 'page'> {
  /** What stands after it. */
  readonly glue: string;
}

type BlockTerms = Partial<Omit<OpenBlock, 'kind'>>;

/** Makes parts of a document out of blocks, written piece by piece. Memory holds one part, however long a block is. */
export class DocumentWriter {
  #title: string | undefined;
  #open: OpenBlock | undefined;
  /** Of the open block. */
  #content = '';
  /** Of the part. */
  #text = '';
  #blocks: Block[] = [];
  #ready: ParsedDocument[] = [];
  #isFirst = true;
  #written = 0;

  constructor(private readonly maxUnits = Infinity) {}

  /** The first one stays, unless it is empty. */
  set title(title: string | undefined) {
    this.#title ??= cleaned(title?.replace(/\s+/g, ' ').trim() ?? '').slice(0, 500) || undefined;
  }

  get kind(): BlockKind | undefined {
    return this.#open?.kind;
  }

  /** Ends the block before. */
  begin(kind: BlockKind, { level, page, glue = '\n\n' }: BlockTerms = {}): void {
    this.end();
    this.#open = { kind, ...(level !== undefined && { level }), ...(page !== undefined && { page }), glue };
  }

  write(text: string): void {
    this.#content += text;
    while (this.#content.length > PART_UNITS) this.#cut();
  }

  end(): void {
    if (this.#open) this.#append(this.#open, this.#content);
    this.#open = undefined;
    this.#content = '';
  }

  /** Those that are full; after the `last` block all that there is. */
  *parts(last = false): Generator<ParsedDocument> {
    if (last) this.end();
    if (last && (this.#blocks.length > 0 || (this.#isFirst && this.#title !== undefined))) this.#finishPart();
    yield* this.#ready.splice(0);
  }

  /** A block that is too long goes on as the next one. */
  #cut(): void {
    const place = placeToCut(this.#content, PART_UNITS);
    if (this.#open) this.#append(this.#open, this.#content.slice(0, place));
    this.#content = this.#content.slice(place);
  }

  #append({ glue, ...block }: OpenBlock, content: string): void {
    const text = cleaned(trimmed(block.kind, content));
    if (text === '') return;
    this.#written += text.length;
    if (this.#written > this.maxUnits) throw new TooLargeError('characters of text', this.maxUnits);
    const start = this.#text.length;
    this.#text += `${text}${glue}`;
    this.#blocks.push({ ...block, start, end: start + text.length });
    if (this.#text.length >= PART_UNITS) this.#finishPart();
  }

  #finishPart(): void {
    const part = { text: this.#text, blocks: this.#blocks };
    const title = this.#isFirst ? (this.#title ?? firstHeading(part)) : undefined;
    this.#ready.push({ ...(title !== undefined && { title }), ...part });
    [this.#text, this.#blocks, this.#isFirst] = ['', [], false];
  }
}

/** Of the highest ones. */
function firstHeading({ text, blocks }: ParsedDocument): string | undefined {
  const headings = blocks.filter(({ kind }) => kind === 'heading');
  const highest = headings.reduce((level, heading) => Math.min(level, heading.level ?? 1), Infinity);
  const first = headings.find(({ level = 1 }) => level === highest);
  return first && text.slice(first.start, first.end).replace(/\s+/g, ' ').slice(0, 500);
}

/** The first line of code keeps its indentation. */
function trimmed(kind: BlockKind, content: string): string {
  if (kind !== 'code') return content.trim();
  const text = content.trimEnd();
  const first = text.length - text.trimStart().length;
  return text.slice(text.lastIndexOf('\n', first - 1) + 1);
}
