import { MANAGER, serve, USER, type Served } from '../../testing/served';

const YAML = 'name: articles\nversion: "2"\nsteps:\n  - use: language\n  - use: sentences\n    as: paragraphs\n';

describe('PipelinesProtocol', () => {
  let served: Served;
  beforeEach(async () => (served = await serve()));
  afterEach(() => served[Symbol.asyncDispose]());

  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path = '', payload?: object | string, headers: Record<string, string> = MANAGER) => {
    const type = typeof payload === 'string' ? { 'content-type': 'application/yaml' } : {};
    const response = await served.fastify.inject({ method, url: `/v1/nlp/pipelines${path}`, headers: { ...type, ...headers }, ...(payload !== undefined && { payload }) });
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
  };
  const definition = (version: string) => ({ name: 'articles', version, steps: [{ use: 'sentences' }] });

  it('stores versions as JSON or YAML, and runs the highest, one that is named, or one that an alias names', async () => {
    expect((await ask('POST', '', definition('1'))).body).toEqual(definition('1'));
    expect((await ask('POST', '', YAML)).status).toBe(200);
    expect((await ask('GET')).body).toEqual({ pipelines: ['articles'] });
    expect((await ask('PUT', '/articles/aliases/stable', { version: '1' })).body).toMatchObject({ aliases: { stable: '1' }, revision: 3 });
    const run = async (name: string) => (await ask('POST', `/${name}/run`, { texts: ['One. Two.'] }, USER)).body;
    expect(await run('articles')).toMatchObject({ pipeline: 'articles@2', docs: [{ paragraphs: [{ start: 0, end: 4 }, { start: 5, end: 9 }] }] });
    expect(await run('articles@1')).toMatchObject({ pipeline: 'articles@1', docs: [{ sents: [{}, {}] }] });
    expect(await run('articles@stable')).toMatchObject({ pipeline: 'articles@1' });
  });

  it('removes what no alias names', async () => {
    for (const version of ['1', '2']) await ask('POST', '', definition(version));
    await ask('PUT', '/articles/aliases/stable', { version: '1' });
    expect((await ask('DELETE', '/articles/versions/1')).status).toBe(409);
    expect((await ask('DELETE', '/articles/versions/2')).body).toEqual({ name: 'articles', version: '2', state: 'removed' });
    expect((await ask('DELETE', '/articles')).body).toEqual({ name: 'articles', state: 'removed' });
    expect((await ask('GET', '/articles')).status).toBe(404);
  });

  it.each([
    [{ ...definition('1'), steps: [{ use: 'dance' }] }, /^steps\[0\]\.use: there is no step dance/],
    [{ ...definition('1'), steps: [{ use: 'language', with: { atLeast: 2 } }] }, /^steps\[0\]\.with\.atLeast: /],
    [{ ...definition('1'), steps: [] }, /^steps: /],
    ['name: [', /^definition: expected JSON or YAML/],
  ])('refuses %p and says where the mistake is', async (payload, reason) => {
    const { status, body } = await ask('POST', '', payload);
    expect([status, body['detail']]).toEqual([400, expect.stringMatching(reason)]);
  });

  it('refuses another content under the same version, and changes by who may only ask', async () => {
    await ask('POST', '', definition('1'));
    expect((await ask('POST', '', { ...definition('1'), steps: [{ use: 'tokens' }] })).status).toBe(409);
    expect((await ask('POST', '', definition('2'), USER)).status).toBe(403);
  });
});
