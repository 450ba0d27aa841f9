import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdentityModule, Keys, KeyStoreError, MemoryKeyStore } from '@cortex/identity';
import { Test } from '@nestjs/testing';
import { Access } from './access';
import { AccessConfigurationError, UnauthenticatedError } from './access.errors';
import { AccessModule } from './access.module';
import { openAccess } from './open-access';

describe('openAccess', () => {
  let home: string;
  let keyFile: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-access-'));
    keyFile = join(home, 'bootstrap.key');
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('lets the holder of the generated key in as the first admin', async () => {
    const access = await openAccess({ host: '127.0.0.1', keyFile });
    const key = (await readFile(keyFile, 'utf8')).trim();
    expect(access.authenticate({ 'x-api-key': key })).toEqual({ tenant: 'default', scopes: ['admin'], maxPriority: 'critical', keyName: 'bootstrap' });
    expect(() => access.authenticate({})).toThrow(UnauthenticatedError);
  });

  it('prefers the given key and makes no file', async () => {
    const access = await openAccess({ host: '0.0.0.0', apiKey: ' given \n', keyFile });
    expect(access.authenticate({ authorization: 'Bearer given' }).keyName).toBe('bootstrap');
    expect(existsSync(keyFile)).toBe(false);
  });

  it('makes no file when authentication is off', async () => {
    const access = await openAccess({ auth: 'off', host: 'localhost', keyFile });
    expect(access.authenticate({}).tenant).toBe('default');
    expect(existsSync(keyFile)).toBe(false);
  });

  it('refuses to be off where others can reach it', async () => {
    await expect(openAccess({ auth: 'off', host: '0.0.0.0', keyFile })).rejects.toThrow(AccessConfigurationError);
  });

  it('refuses to be on with neither a key nor a place for one', async () => {
    await expect(openAccess({ host: '127.0.0.1' })).rejects.toThrow(/give a key, or a file/);
  });

  it('refuses a key that no header can carry, without repeating it', async () => {
    const refusal = await openAccess({ host: '127.0.0.1', apiKey: 'with space' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AccessConfigurationError);
    expect((refusal as Error).message).toBe('apiKey: must be visible ASCII without spaces');
  });

  it('does not start on keys that it cannot read', async () => {
    class BrokenKeyStore extends MemoryKeyStore {
      override read(): Promise<never> {
        return Promise.reject(new KeyStoreError('broken'));
      }
    }
    await expect(openAccess({ host: '127.0.0.1', keyFile }, { store: new BrokenKeyStore() })).rejects.toThrow(KeyStoreError);
  });

  it('follows what is changed elsewhere', async () => {
    const store = new MemoryKeyStore();
    const [here, elsewhere] = await Promise.all(
      [0, 1].map(() => Test.createTestingModule({ imports: [IdentityModule.forRoot({ store }), AccessModule.forRoot({ host: '127.0.0.1', keyFile })] }).compile()),
    );
    const { key, listed } = await here!.get(Keys).create({ name: 'n', tenant: 't', scopes: ['infer'], maxPriority: 'low', quotas: [] }, 'spec');
    const ask = (app = here!) => app.get(Access).authenticate({ 'x-api-key': key }).keyName;
    expect([ask(here), ask(elsewhere)]).toEqual(['n', 'n']);
    await elsewhere!.get(Keys).revoke(listed.id);
    expect(() => ask(elsewhere)).toThrow(UnauthenticatedError);
    expect(() => ask(here)).toThrow(UnauthenticatedError);
    await Promise.all([here!.close(), elsewhere!.close()]);
  });

  it('is what the module provides', async () => {
    const app = await Test.createTestingModule({ imports: [AccessModule.forRootAsync({ useFactory: () => ({ host: '127.0.0.1', apiKey: 'given' }) })] }).compile();
    expect(app.get(Access).authenticate({ 'x-api-key': 'given' }).keyName).toBe('bootstrap');
  });
});
