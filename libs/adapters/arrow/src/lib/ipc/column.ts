/** How the values of a column lie in the buffers of a body. Source: Arrow columnar format, "Buffer Listing for Each Layout". */
export type Layout =
  | { readonly kind: 'null' }
  | { readonly kind: 'bits' }
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'varying'; readonly offsetBytes: OffsetBytes; readonly isText: boolean }
  | { readonly kind: 'views'; readonly isText: boolean }
  | { readonly kind: 'list'; readonly offsetBytes: OffsetBytes }
  | { readonly kind: 'fixed-list'; readonly size: number }
  | { readonly kind: 'struct' }
  | { readonly kind: 'dictionary'; readonly id: number; readonly index: IndexType };

/** Offsets are int32 or int64. */
export type OffsetBytes = 4 | 8;

/** The whole numbers by which rows name the entries of a dictionary. */
export interface IndexType {
  readonly bytes: number;
  readonly isSigned: boolean;
}

/** A column of a table, or the part of one that a nested type holds. */
export interface Column {
  /** Dotted where it is nested. */
  readonly path: string;
  readonly layout: Layout;
  readonly children: readonly Column[];
}
