import { FakeModelRegistry, aModelVersion } from './fake-model-registry';

describe('FakeModelRegistry', () => {
  it('answers like the real one over versions that lie nowhere', async () => {
    const registry = await FakeModelRegistry.of(aModelVersion({ name: 'm', version: '2' }), aModelVersion({ name: 'm', version: '1' }));
    const { version } = await registry.resolve(registry.defaultFor('embed'));
    expect(await registry.artifact(version, 'fp32')).toMatchObject({ name: 'm', version: '2', digest: 'sha256:m@2+fp32' });
    await expect(registry.artifact(version, 'int8')).rejects.toMatchObject({ code: 'REGISTRY.VARIANT_NOT_FOUND' });
    registry.withdraw('m');
    await expect(registry.resolve('m')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_UNLOADED' });
  });
});
