import type { Route } from '../route';

/** A path that a route answers. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** Finds a route by path, as the server would. */
export class RouteTable {
  readonly #patterns: readonly { readonly route: Route; readonly pattern: RegExp }[];

  constructor(routes: readonly Route[]) {
    this.#patterns = routes.map((route) => ({ route, pattern: patternOf(route.url) }));
  }

  /** Undefined where nothing answers, or the path cannot be read. */
  find(method: Route['method'], path: string): RouteMatch | undefined {
    const [pathname = '', search = ''] = path.split('?', 2);
    for (const { route, pattern } of this.#patterns) {
      const groups = route.method === method ? pattern.exec(pathname)?.groups : undefined;
      if (groups) return { route, params: decoded(groups), query: Object.fromEntries(new URLSearchParams(search)) };
    }
    return undefined;
  }
}

/** `/v2/models/:model/infer` with a named group a parameter. */
function patternOf(url: string): RegExp {
  const source = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${source}(?<_>)/?$`);
}

function decoded({ _: _end, ...groups }: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decode(value)]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not a name that any model has: the registry says so
  }
}
