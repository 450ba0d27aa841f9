import { Keys, type IssuedKey, type ListedKey } from '@cortex/identity';
import { Injectable } from '@nestjs/common';
import { Content, JSON_TYPE } from '../content';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { createKeyRequest, issuedKeyAnswer, keyAnswer, keysAnswer, rotateKeyRequest, type CreateKeyRequest, type KeyAnswer, type RotateKeyRequest } from './keys-schemas';
import { QuotaUses } from './quota-uses';

/** An id is the server's to choose: what the examples show is how one looks, and that it is nobody's. */
const NOBODYS = { params: { id: '0123456789abcdef' }, status: 404 };
const NEW_KEY = { name: 'nightly reports', tenant: 'reports', scopes: ['infer'], quotas: [{ resource: 'requests', limit: 1_000, windowMs: 60_000 }], expiresInMs: 7_776_000_000 };

/** Keys: who may come in, with what scopes, priority and quotas. */
@Injectable()
export class KeysProtocol extends Protocol {
  readonly name = 'Keys';

  constructor(private readonly keys: Keys, private readonly uses: QuotaUses) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route({
        method: 'POST', url: '/v1/keys', scope: 'admin', summary: 'Makes a key, which is shown this once',
        body: createKeyRequest, response: issuedKeyAnswer, example: { body: NEW_KEY }, handle: (call) => this.#create(call),
      }),
      route({ method: 'GET', url: '/v1/keys', scope: 'admin', summary: 'All keys and what is used of their quotas', response: keysAnswer, example: {}, handle: () => this.#list() }),
      route({ method: 'GET', url: '/v1/keys/:id', scope: 'admin', summary: 'A key and what is used of its quotas', response: keyAnswer, example: NOBODYS, handle: (call) => this.#get(call) }),
      route({ method: 'DELETE', url: '/v1/keys/:id', scope: 'admin', summary: 'Revokes a key: it ends at once and for ever', response: keyAnswer, example: NOBODYS, handle: (call) => this.#revoke(call) }),
      route({
        method: 'POST', url: '/v1/keys/:id/rotate', scope: 'admin', summary: 'Makes a new key in place of one that goes on working for a while',
        body: rotateKeyRequest, response: issuedKeyAnswer, example: { ...NOBODYS, body: { overlapMs: 3_600_000 } }, handle: (call) => this.#rotate(call),
      }),
    ];
  }

  async #create({ body, principal }: Call<CreateKeyRequest>): Promise<Answer> {
    const { tenant = principal.tenant, expiresInMs: _ms, expiresAt: _at, ...rest } = body;
    const request = { ...rest, tenant, expiresAt: endOf(body) };
    return this.#shownOnce(await this.keys.create(request, principal.keyName));
  }

  async #list(): Promise<Answer> {
    const listed = await this.keys.list();
    const uses = await this.uses.ofAll(listed);
    return { keys: listed.map((key, index) => answerOf(key, uses[index]!)) };
  }

  async #get({ params: { id = '' } }: Call): Promise<Answer> {
    return this.#answer(await this.keys.get(id));
  }

  async #revoke({ params: { id = '' } }: Call): Promise<Answer> {
    return this.#answer(await this.keys.revoke(id));
  }

  async #rotate({ params: { id = '' }, body }: Call<RotateKeyRequest>): Promise<Answer> {
    return this.#shownOnce(await this.keys.rotate(id, body?.overlapMs));
  }

  async #shownOnce({ key, listed }: IssuedKey): Promise<Answer> {
    return new Content(JSON.stringify({ key, ...(await this.#answer(listed)) }), JSON_TYPE, { 'cache-control': 'no-store' });
  }

  async #answer(key: ListedKey): Promise<KeyAnswer> {
    return answerOf(key, await this.uses.of(key));
  }
}

function endOf({ expiresInMs, expiresAt }: CreateKeyRequest): number | undefined {
  if (expiresInMs !== undefined) return Date.now() + expiresInMs;
  return expiresAt === undefined ? undefined : Date.parse(expiresAt);
}

/** Field by field, so that what is added to a record stays inside until it is meant to be seen. */
function answerOf({ id, name, prefix, state, tenant, scopes, maxPriority, createdBy, rotatedFrom, ...times }: ListedKey, quotas: KeyAnswer['quotas']): KeyAnswer {
  return {
    id, name, prefix, state, tenant, scopes, maxPriority, quotas, createdBy, rotatedFrom,
    createdAt: new Date(times.createdAt).toISOString(), expiresAt: isoTime(times.expiresAt), revokedAt: isoTime(times.revokedAt), previousEndsAt: isoTime(times.previousEndsAt),
  };
}

function isoTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs).toISOString();
}
