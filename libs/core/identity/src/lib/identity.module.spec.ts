import { Test } from '@nestjs/testing';
import { IdentityModule } from './identity.module';
import type { IdentityConfiguration } from './identity.options';
import { KeyStore } from './key-store.port';
import { Keys } from './keys';
import { MemoryKeyStore } from './memory-key-store';

class Offering {}

describe('IdentityModule', () => {
  it('offers keys, in the store that is given', async () => {
    const store = new MemoryKeyStore();
    const app = await Test.createTestingModule({ imports: [IdentityModule.forRoot({ store })] }).compile();
    const { listed } = await app.get(Keys).create({ name: 'n', tenant: 't', scopes: ['infer'], maxPriority: 'low', quotas: [] }, 'spec');
    expect(app.get(Keys).store).toBe(store);
    expect((await store.read()).records[0]!.id).toBe(listed.id);
  });

  it('keeps keys in the process where no store is given', async () => {
    const app = await Test.createTestingModule({ imports: [IdentityModule.forRoot({})] }).compile();
    expect(app.get(Keys).store).toBeInstanceOf(MemoryKeyStore);
  });

  it('takes the store that the application offers, unless another is given', async () => {
    const [global, given] = [new MemoryKeyStore(), new MemoryKeyStore()];
    const withStore = async (options: IdentityConfiguration) => {
      const app = await Test.createTestingModule({ imports: [{ module: Offering, global: true, providers: [{ provide: KeyStore, useValue: global }], exports: [KeyStore] }, IdentityModule.forRoot(options)] }).compile();
      return app.get(Keys).store;
    };
    expect(await withStore({})).toBe(global);
    expect(await withStore({ store: given })).toBe(given);
  });
});
