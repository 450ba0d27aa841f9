import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CortexProcess } from '@cortex/service-process';

describe('Cortex', () => {
  it('starts with nothing configured, shows where it is and keeps its key to itself', async () => {
    await using server = await CortexProcess.start();
    const key = await server.key();
    const line = await eventually(() => /curl (.*)\n/.exec(server.output)?.[0]);
    expect(line).toContain(join(server.home, 'bootstrap.key'));
    expect(server.output).not.toContain(key);
    expect((await stat(join(server.home, 'bootstrap.key'))).mode & 0o777).toBe(0o600);
    expect((await fetch(`${server.url}/v1/models`, { headers: { 'x-api-key': key } })).status).toBe(200);
  });

  it('understands a text with nothing configured', async () => {
    await using server = await CortexProcess.start();
    const text = 'Ada Lovelace loved her wonderful garden in London. Please write to ada@example.com.';
    const answer = await fetch(`${server.url}/v1/nlp/analyze`, { method: 'POST', headers: await server.headers(), body: JSON.stringify({ text }) });
    expect(await answer.json()).toMatchObject({
      language: { code: 'en' },
      sents: [{ start: 0 }, { end: text.length }],
      ents: [{ start: 0, end: 12, label: 'PER' }, { label: 'LOC' }],
      sentiment: { label: 'positive' },
      pii: expect.arrayContaining([expect.objectContaining({ type: 'PERSON', start: 0, end: 12 }), expect.objectContaining({ type: 'EMAIL_ADDRESS' })]),
      engines: { ents: expect.stringMatching(/^cortex-nlp-en@1/) },
    });
    const analyzer = await fetch(`${server.url}/analyze`, { method: 'POST', headers: await server.headers(), body: JSON.stringify({ text, language: 'en' }) });
    const types = ((await analyzer.json()) as { entity_type: string }[]).map(({ entity_type: type }) => type);
    expect(types.sort()).toEqual(['EMAIL_ADDRESS', 'LOCATION', 'PERSON']);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s, sent twice as npm does, and exits 0', async (signal) => {
    await using server = await CortexProcess.start();
    server.child.kill(signal);
    server.child.kill(signal);
    expect(await server.ended()).toBe(0);
  });

  it.each([
    [{ CORTEX_PORT: 'x' }, /CORTEX_PORT is 'x': expected a whole number/],
    [{ CORTEX_AUTH: 'off', CORTEX_HOST: '0.0.0.0' }, /loopback/],
  ])('does not start with %p and says why', async (environment, message) => {
    await using server = await CortexProcess.spawn(environment);
    expect(await server.ended()).toBe(1);
    expect(server.output).toMatch(message);
    expect(server.output).not.toMatch(/\n\s+at /);
  });

  it('does not start on a port in use and says so', async () => {
    await using first = await CortexProcess.start();
    await using second = await CortexProcess.spawn({ CORTEX_PORT: String(first.port) });
    expect(await second.ended()).toBe(1);
    expect(second.output).toMatch(/EADDRINUSE/);
  });

  it('answers without a key when access is off on loopback', async () => {
    await using server = await CortexProcess.start({ CORTEX_AUTH: 'off' });
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(200);
  });
});

async function eventually<T>(look: () => T | undefined): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const seen = look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen in 5 s');
}
