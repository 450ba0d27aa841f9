import type { CortexProcess } from '@cortex/service-process';

/** An answer as the specs read it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface CallOptions {
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks one server with one key. */
export class Client {
  private constructor(readonly url: string, private readonly key: string) {}

  /** With the first key. */
  static async of(server: CortexProcess, key?: string): Promise<Client> {
    return new Client(server.url, key ?? (await server.key()));
  }

  async call(method: string, path: string, { body, headers }: CallOptions = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method, headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...headers }, body: typeof body === 'object' ? JSON.stringify(body) : body,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
  }

  get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.call('GET', path).then(({ body }) => body as T);
  }

  post(path: string, body?: object | string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.call('POST', path, { body, headers });
  }

  /** A client of another tenant, with a key of its own. */
  async tenant(tenant: string, wish: object = {}): Promise<Client> {
    const { body } = await this.post('/v1/keys', { name: tenant, tenant, scopes: ['infer'], ...wish });
    return new Client(this.url, body['key'] as string);
  }

  governor(): Promise<Governor> {
    return this.get<Governor>('/v1/governor');
  }

  /** One version of a model, as the registry shows it. */
  async model(name: string, version = '1'): Promise<ShownModel> {
    const { models } = await this.get<{ models: readonly ShownModel[] }>('/v1/registry/models');
    return models.find((model) => model.name === name && model.version === version)!;
  }
}

export interface ShownModel {
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly reason?: string;
  readonly loaded: readonly { readonly variant: string; readonly digest: string; readonly placement: string; readonly memoryBytes: number }[];
}

/** What the specs read of `GET /v1/governor`. */
export interface Governor {
  readonly inUseMs: number;
  readonly waitingMs: number;
  readonly waiting: Readonly<Record<string, number>>;
  readonly residency: {
    readonly limitBytes: number;
    readonly heldBytes: number;
    readonly waiting: number;
    readonly residents: readonly { readonly key: string; readonly pinned: boolean; readonly bytes: number; readonly ready: boolean }[];
  };
  readonly decisions: readonly { readonly kind: string; readonly reason: string; readonly tenant?: string; readonly subject?: string; readonly figures?: Readonly<Record<string, number>> }[];
}

const ASK_MS = 50;

/** Asks again until there is an answer; gives up after `limitMs`, saying what was asked last. */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false>, limitMs = 30_000): Promise<T> {
  const endAt = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endAt) throw new Error(`within ${limitMs} ms it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}
