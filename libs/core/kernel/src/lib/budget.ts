/** What can be budgeted. `money` counts millionths of the operator's currency, so that sums stay whole. */
export type Resource = 'requests' | 'tokens' | 'cpuMs' | 'memoryBytes' | 'money';

/** How much of a resource an account may hold and spend. Who is behind the account (a key, a tenant, this machine) is not said here. */
export interface Budget {
  readonly account: string;
  readonly resource: Resource;
  /** In the resource's own unit, above 0. */
  readonly limit: number;
  /** What was spent counts until the window (aligned to multiples of it) ends; absent: for ever. */
  readonly windowMs?: number;
}

/** Amounts by resource; what is absent is 0. */
export type Amounts = Readonly<Partial<Record<Resource, number>>>;
