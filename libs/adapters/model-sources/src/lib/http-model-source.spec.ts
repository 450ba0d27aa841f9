import { createHash } from 'node:crypto';
import { describeModelSource } from '@cortex/model-registry/testing';
import { listen, sendFile } from '../testing/local-server';
import { HttpModelSources } from './http-model-sources';
import { modelSourcesOptionsSchema } from './model-sources.options';

const sources = () => new HttpModelSources(modelSourcesOptionsSchema.parse({ allowedHosts: ['127.0.0.1'], allowPrivate: true }));
const signal = AbortSignal.timeout(10_000);
const pinOf = (content: Uint8Array) => ({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
const manifestOf = (files: Readonly<Record<string, object>>) => Buffer.from(JSON.stringify({ name: 'remote', version: '3', task: 'tensor', files }));

describeModelSource('HttpModelSource', async (files) => {
  const content: Record<string, Uint8Array> = { ...files };
  const manifest = manifestOf(Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, pinOf(bytes)])));
  const server = await listen((request, response) => sendFile(request, response, request.url === '/m/cortex-model.json' ? manifest : content[request.url!.slice(3)]));
  const change = (path: string) => void (content[path] = content[path]!.map((byte) => byte ^ 1));
  const source = sources().at({ kind: 'http', url: `${server.url}/m/cortex-model.json` });
  await source.describe(signal);
  return { source, change, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
});

describe('HttpModelSource', () => {
  it('takes name and version from the manifest, and gives the very manifest that it read', async () => {
    let manifest = manifestOf({});
    await using server = await listen((request, response) => sendFile(request, response, manifest));
    const source = sources().at({ kind: 'http', url: `${server.url}/m/cortex-model.json?signature=secret` });
    const model = await source.describe(signal);
    expect(model).toMatchObject({ name: 'remote', version: '3', provenance: { kind: 'http', source: `${server.url}/m/cortex-model.json` } });
    const first = manifest;
    manifest = Buffer.from('{}');
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await source.open(model.files[0]!, { bytes: 0 }, signal)).chunks) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(first);
  });

  it.each(['../../etc/passwd', '..%2f..%2fsecret', 'http://evil.test/x', '//evil.test/x'])('never leaves the folder of its manifest for %s', async (path) => {
    await using server = await listen((_request, response) => response.end('x'));
    const source = sources().at({ kind: 'http', url: `${server.url}/a/b/cortex-model.json` });
    await source.open({ path }, { bytes: 0 }, signal).catch((error: unknown) => expect(error).toMatchObject({ code: 'REGISTRY.SOURCE_FORBIDDEN' }));
    for (const { url } of server.requests) expect(url).toMatch(/^\/a\/b\//);
  });

  it('refuses a URL that is no manifest, or none at all', () => {
    for (const url of ['http://127.0.0.1/model.onnx', 'nonsense']) expect(() => sources().at({ kind: 'http', url })).toThrow(expect.objectContaining({ code: 'REGISTRY.SOURCE_FORBIDDEN' }));
  });

  it('fails for a manifest that cannot be read', async () => {
    await using server = await listen((_request, response) => response.end('<html>'));
    await expect(sources().at({ kind: 'http', url: `${server.url}/cortex-model.json` }).describe(signal)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
  });
});
