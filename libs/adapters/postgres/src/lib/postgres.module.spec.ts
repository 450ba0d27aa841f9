import { IdentityModule, Keys, KeyStore } from '@cortex/identity';
import { JobStore } from '@cortex/jobs';
import { ChangeSignal } from '@cortex/kernel';
import { FakeChangeSignal } from '@cortex/kernel/testing';
import { ModelCatalog } from '@cortex/model-registry';
import { CollectionStore, DocumentStore, PassageIndex, PassageSpaces } from '@cortex/query';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { join } from 'node:path';
import { TemporaryFolder } from '../testing/temporary-folder';
import { PostgresCollectionStore } from './collections/postgres-collection-store';
import { PostgresDocumentStore } from './documents/postgres-document-store';
import { PostgresJobStore } from './jobs/postgres-job-store';
import { PostgresKeyStore } from './keys/postgres-key-store';
import { PostgresModelCatalog } from './catalog/postgres-model-catalog';
import { PostgresPassageIndex } from './passages/postgres-passage-index';
import { PostgresPassageSpaces } from './passages/postgres-passage-spaces';
import { PostgresModule } from './postgres.module';

jest.setTimeout(60_000);

const signal = new FakeChangeSignal();

@Global()
@Module({ providers: [{ provide: ChangeSignal, useValue: signal }], exports: [ChangeSignal] })
class SignalModule {}

describe('PostgresModule', () => {
  it('offers the stores to the other modules, tells replicas of changes, and keeps what was stored when it ends', async () => {
    await using home = await TemporaryFolder.make();
    const start = () => Test.createTestingModule({ imports: [SignalModule, PostgresModule.forRoot({ folder: join(home.path, 'db') }), IdentityModule.forRoot({})] }).compile();
    const heard: string[] = [];
    using _listening = signal.replica().listen('keys', () => heard.push('keys'));

    const first = await start();
    expect([first.get(ModelCatalog), first.get(KeyStore), first.get(JobStore)].map(({ constructor }) => constructor)).toEqual([PostgresModelCatalog, PostgresKeyStore, PostgresJobStore]);
    const ofQuery = [first.get(CollectionStore), first.get(DocumentStore), first.get(PassageIndex), first.get(PassageSpaces)];
    expect(ofQuery.map(({ constructor }) => constructor)).toEqual([PostgresCollectionStore, PostgresDocumentStore, PostgresPassageIndex, PostgresPassageSpaces]);
    const { listed } = await first.get(Keys).create({ name: 'n', tenant: 't', scopes: ['infer'], maxPriority: 'low', quotas: [] }, 'spec');
    expect(heard).toEqual(['keys']);
    await first.close();

    const second = await start(); // its folder is free again
    expect((await second.get(Keys).list()).map(({ id }) => id)).toEqual([listed.id]);
    await second.close();
  });

  it('refuses neither a url nor a folder, and a url that is none without showing it', async () => {
    const made = (options: object) => Test.createTestingModule({ imports: [PostgresModule.forRoot(options)] }).compile();
    await expect(made({})).rejects.toThrow('expected a url, or a folder for an embedded database');
    const refusal = await made({ url: 'mysql://user:very-secret@host/db' }).catch((error: Error) => error);
    expect((refusal as Error).message).toContain('expected postgres://user:password@host:port/database');
    expect((refusal as Error).message).not.toContain('very-secret');
  });
});
