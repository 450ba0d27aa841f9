/** Where an adapter says how the service behind it is. Codes only, never messages: those may name hosts. */
export interface DependencyHealth {
  up(): void;
  /** `errorCode` as of `codeOf(error)`, or another short constant. */
  down(errorCode: string): void;
}
