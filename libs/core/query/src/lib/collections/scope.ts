/** Documents of one tenant that are searched together. */
export interface Scope {
  readonly tenant: string;
  readonly collection: string;
}
