import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onnxBytes } from '@cortex/model-registry/testing';
import { ADMIN, serve, USER, type Served } from '../../testing/served';

const PULL = { source: { kind: 'hugging-face', model: 'owner/model' } };
const GRAPH = onnxBytes({ rawBytes: 300_000 });
const DECLARED = { 'onnx/model.onnx': { bytes: GRAPH.length, sha256: createHash('sha256').update(GRAPH).digest('hex') } };

type SentBody = NonNullable<RequestInit['body']>;
/** What the specs read of an answer. */
interface Answered {
  readonly id: string;
  readonly pulls: readonly object[];
  readonly files: Readonly<Record<string, { readonly receivedBytes: number }>>;
}

jest.setTimeout(60_000); // files are made to last, which a busy disk takes its time for

describe('TransfersProtocol', () => {
  let served: Served;
  let base: string;

  beforeEach(async () => {
    served = await serve({ maxBodyBytes: 10_000 });
    await served.app.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${(served.app.getHttpServer().address() as AddressInfo).port}/v1/registry`;
  });
  afterEach(() => served[Symbol.asyncDispose]());

  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(base + path, { method, headers: { ...ADMIN, 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    return answered(response);
  };
  const put = async (path: string, body: SentBody, headers: Readonly<Record<string, string>>) => {
    const response = await fetch(base + path, { method: 'PUT', headers: { ...ADMIN, ...headers }, body, duplex: 'half' });
    return answered(response);
  };

  describe('pulls', () => {
    it('begins one, says where to ask for it, shows it, and lists it', async () => {
      const { status, location, answer: begun } = await ask('POST', '/pulls', PULL);
      expect([status, begun]).toMatchObject([202, { id: expect.any(String), state: 'queued' }]);
      expect(location).toBe(`/v1/registry/pulls/${begun.id}`);
      expect((await ask('GET', `/pulls/${begun.id}`)).answer).toMatchObject({ id: begun.id });
      expect((await ask('GET', '/pulls')).answer.pulls).toEqual([expect.objectContaining({ id: begun.id })]);
      expect((await ask('POST', '/pulls', PULL)).answer.id).toBe(begun.id);
    });

    it('tells of its progress and its end, then closes', async () => {
      const { answer: begun } = await ask('POST', '/pulls', PULL);
      const response = await fetch(`${base}/pulls/${begun.id}/events`, { headers: { ...ADMIN, accept: 'text/event-stream' } });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      const events = (await response.text()).trim().split('\n\n').map((event) => /^event: (\w+)\ndata: (.*)$/.exec(event)!.slice(1));
      expect(events.at(-1)![0]).toBe('end');
      expect(JSON.parse(events.at(-1)![1]!)).toMatchObject({ state: 'installed', bytes: expect.any(Number) });
      expect(events.slice(0, -1).every(([kind]) => kind === 'progress')).toBe(true);
      expect(events.length).toBeGreaterThan(1);
    });

    it('stops watching when the watcher leaves', async () => {
      const { answer: begun } = await ask('POST', '/pulls', PULL);
      const get = jest.spyOn(served.jobs, 'get');
      const watcher = request(`${base}/pulls/${begun.id}/events`, { headers: ADMIN }).end();
      const [response] = (await once(watcher, 'response')) as [Readable];
      await once(response, 'data');
      watcher.destroy();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const looks = get.mock.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(get.mock.calls.length).toBe(looks);
    });

    it('cancels', async () => {
      const { answer: begun } = await ask('POST', '/pulls', PULL);
      expect((await ask('DELETE', `/pulls/${begun.id}`)).answer).toMatchObject({ state: 'cancelled' });
    });

    it.each([
      ['a source that may not be asked', { source: { kind: 'http', url: 'https://forbidden/cortex-model.json' } }, 400, 'REGISTRY.SOURCE_FORBIDDEN'],
      ['an unknown kind of source', { source: { kind: 'ftp' } }, 400, 'REQUEST.INVALID'],
      ['a field that there is not', { ...PULL, force: true }, 400, 'REQUEST.INVALID'],
    ])('refuses %s', async (_, body, status, code) => {
      expect(await ask('POST', '/pulls', body)).toMatchObject({ status, answer: { code } });
    });

    it('refuses a key that may only infer', async () => {
      expect((await fetch(`${base}/pulls`, { headers: USER })).status).toBe(403);
    });
  });

  describe('uploads', () => {
    const begin = () => ask('POST', '/uploads', { name: 'mine', files: DECLARED });

    it('takes a file larger than a body may be, in parts, and installs it', async () => {
      expect((await begin()).answer).toMatchObject({ id: 'mine@1', files: { 'onnx/model.onnx': { receivedBytes: 0 } } });
      const path = '/uploads/mine@1/files/onnx/model.onnx';
      const middle = 100_000;
      await put(path, GRAPH.subarray(0, middle), { 'content-range': `bytes 0-${middle - 1}/${GRAPH.length}` });
      expect((await ask('GET', '/uploads/mine@1')).answer.files['onnx/model.onnx']!.receivedBytes).toBe(middle);
      expect(await put(path, GRAPH.subarray(middle), { 'upload-offset': String(middle), 'content-type': 'application/octet-stream' })).toMatchObject({ status: 200 });
      expect((await ask('POST', '/uploads/mine@1/commit')).status).toBe(422);
    });

    it('installs a model that the registry can read', async () => {
      const files = { 'model.onnx': DECLARED['onnx/model.onnx'] };
      await ask('POST', '/uploads', { name: 'mine', version: '2', files });
      const sent = Readable.toWeb(Readable.from([GRAPH.subarray(0, 1_000), GRAPH.subarray(1_000)])) as SentBody;
      expect(await put('/uploads/mine@2/files/model.onnx', sent, {})).toMatchObject({ status: 200 });
      expect((await ask('POST', '/uploads/mine@2/commit')).answer).toEqual({ id: 'mine@2', state: 'installed' });
      expect(await readFile(join(served.transfers.folder, 'mine/2/model.onnx'))).toEqual(GRAPH);
    });

    it('answers a part that begins elsewhere with where to go on', async () => {
      await begin();
      const refused = await put('/uploads/mine@1/files/onnx/model.onnx', GRAPH, { 'upload-offset': '7' });
      expect(refused).toMatchObject({ status: 409, answer: { code: 'REGISTRY.UPLOAD_OFFSET', detail: expect.stringContaining('go on there') } });
    });

    it('answers a part that is longer than declared, though the client is still sending', async () => {
      await begin();
      const endless = Readable.toWeb(Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(65_536)))) as SentBody;
      expect(await put('/uploads/mine@1/files/onnx/model.onnx', endless, {})).toMatchObject({ status: 422, answer: { code: 'REGISTRY.CHECKSUM_MISMATCH' } });
      await new Promise((resolve) => setTimeout(resolve, 1_000)); // the rest is read and dropped: a closing server waits for it
    });

    it.each([['content-range', 'bytes 5-2'], ['content-range', 'bytes 0-9/10'], ['upload-offset', '-1']])('refuses %s: %s', async (name, value) => {
      await begin();
      expect(await put('/uploads/mine@1/files/onnx/model.onnx', 'x', { [name]: value })).toMatchObject({ status: 400, answer: { code: 'REQUEST.INVALID' } });
    });

    it('ends one', async () => {
      await begin();
      expect((await ask('DELETE', '/uploads/mine@1')).answer).toEqual({ id: 'mine@1', state: 'cancelled' });
      expect((await ask('GET', '/uploads/mine@1')).status).toBe(404);
    });
  });
});

async function answered(response: Response): Promise<{ readonly status: number; readonly location: string | null; readonly answer: Answered }> {
  return { status: response.status, location: response.headers.get('location'), answer: (await response.json()) as Answered };
}
