import { Test } from '@nestjs/testing';
import { IdentityModule } from './identity.module';
import { KeyStore } from './key-store.port';
import { Keys } from './keys';
import { MemoryKeyStore } from './memory-key-store';

describe('IdentityModule', () => {
  it('offers keys, and the store they are in', async () => {
    const store = new MemoryKeyStore();
    const app = await Test.createTestingModule({ imports: [IdentityModule.forRoot({ store })] }).compile();
    const { listed } = await app.get(Keys).create({ name: 'n', tenant: 't', scopes: ['infer'], maxPriority: 'low', quotas: [] }, 'spec');
    expect(app.get(KeyStore)).toBe(store);
    expect((await store.read()).records[0]!.id).toBe(listed.id);
  });

  it('keeps keys in the process where no store is given', async () => {
    const app = await Test.createTestingModule({ imports: [IdentityModule.forRoot({})] }).compile();
    expect(app.get(KeyStore)).toBeInstanceOf(MemoryKeyStore);
  });
});
