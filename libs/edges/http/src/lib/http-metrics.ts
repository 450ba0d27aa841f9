import type { Metric, Telemetry } from '@cortex/kernel';

/** By route as registered, so that no caller's text becomes a label. */
export const HTTP_REQUEST_DURATION: Metric<'route' | 'method' | 'status'> = {
  name: 'cortex_http_request_duration_seconds',
  help: 'From the arrival of a request to the end of its answer',
  labels: ['route', 'method', 'status'],
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
};

type Record = (seconds: number) => void;
/** A route, known by its identity. */
export interface MeteredRoute {
  readonly url?: string;
}

/** Binds the labels of a route, method and status once; afterwards a request costs two look-ups and an addition. */
export class HttpMetrics {
  readonly #recorders = new WeakMap<MeteredRoute, Map<string, Record>>();

  constructor(private readonly telemetry: Telemetry) {}

  record(route: MeteredRoute, outcome: { readonly method: string; readonly status: number; readonly ms: number }): void {
    this.#recorderOf(route, outcome)(outcome.ms / 1_000);
  }

  #recorderOf(route: MeteredRoute, { method, status }: { readonly method: string; readonly status: number }): Record {
    let ofRoute = this.#recorders.get(route);
    if (!ofRoute) this.#recorders.set(route, (ofRoute = new Map()));
    const key = method + status;
    let recorder = ofRoute.get(key);
    if (!recorder) {
      recorder = this.telemetry.histogram(HTTP_REQUEST_DURATION, { route: route.url ?? 'unknown', method, status: String(status) });
      ofRoute.set(key, recorder);
    }
    return recorder;
  }
}
