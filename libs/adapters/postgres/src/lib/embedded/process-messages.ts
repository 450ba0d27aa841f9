/** What the database's process is told when it starts, as its one argument. */
export interface ProcessOrder {
  /** Absolute; made when it is absent. */
  readonly folder: string;
  /** Where its socket shall be, in a folder that only this user may enter. */
  readonly socket: string;
  readonly maxConnections: number;
}

/** What it says, once: that clients may connect, or why it ends. */
export type ProcessReport =
  | { readonly state: 'ready' }
  | { readonly state: 'in use'; readonly pid: number | undefined }
  | { readonly state: 'failed'; readonly reason: string };
