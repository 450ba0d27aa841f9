import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { onnxBytes, writeFiles } from '../testing/model-folders';
import { ModelRegistry } from './model-registry';
import { ModelRegistryModule } from './model-registry.module';

describe('ModelRegistryModule', () => {
  it('provides a registry that has read its folders', async () => {
    const root = await mkdtemp(join(tmpdir(), 'registry-module-'));
    await writeFiles(root, { 'm/model.onnx': onnxBytes() });
    const module = await Test.createTestingModule({ imports: [ModelRegistryModule.forRoot({ folders: [{ path: root, origin: 'folder' }] })] }).compile();
    expect(module.get(ModelRegistry).index()).toMatchObject([{ name: 'm', state: 'available' }]);
    await rm(root, { recursive: true });
  });

  it('refuses options that are wrong, by name', async () => {
    const module = Test.createTestingModule({ imports: [ModelRegistryModule.forRootAsync({ useFactory: () => ({ maxBatchRows: 0 }) })] });
    await expect(module.compile()).rejects.toThrow('maxBatchRows');
  });
});
