/** A document as text and the structure that its parser saw. Offsets are UTF-16 units of `text`. */
export interface ParsedDocument {
  readonly title?: string;
  readonly text: string;
  /** In order, without overlap; between two of them stands white space alone. */
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  /** Of a heading: 1 is the highest. */
  readonly level?: number;
  /** Where it begins, the first page is 1; absent where the format has no pages. */
  readonly page?: number;
}

export type BlockKind = 'heading' | 'text' | 'list' | 'table' | 'code';
