import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { Client as S3Client } from 'minio';
import { Client as PostgresClient } from 'pg';
import { isRunning } from './child.mjs';
import { down, services, status, up } from './lifecycle.mjs';

/** Those that are installed here: what runs for the specs of the libs. Installing is not for a spec. */
const installed = Object.keys(globalThis.cortexTestServices ?? {});
const all = services.every(({ name }) => installed.includes(name)) ? describe : describe.skip;

const clients = {
  async postgres({ url }) {
    const client = new PostgresClient({ connectionString: url });
    await client.connect();
    await client.query('CREATE EXTENSION vector');
    const { rows } = await client.query(`SELECT '[3,4]'::vector <-> '[0,0]'::vector AS distance`);
    await client.end();
    return rows[0].distance;
  },
  async redis({ url }) {
    const client = new Redis(url);
    await client.set('greeting', 'hello', 'EX', 60);
    const answer = await client.get('greeting');
    client.disconnect();
    return answer;
  },
  async s3({ endpoint, accessKey, secretKey }) {
    const { hostname, port } = new URL(endpoint);
    const client = new S3Client({ endPoint: hostname, port: Number(port), useSSL: false, accessKey, secretKey });
    await client.makeBucket('bucket');
    await client.putObject('bucket', 'a/key', Buffer.from('content'));
    return (await client.statObject('bucket', 'a/key')).size;
  },
};
const states = (outcomes) => Object.fromEntries(outcomes.map(({ name, state }) => [name, state]));
const every = (state) => ({ postgres: state, redis: state, s3: state });

all('services (postgres, redis, s3)', () => {
  let folder;
  const readJson = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const start = async () => states(await up(folder, { mayInstall: false, env: {} }));

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cortex-services-spec-'))));
  afterEach(async () => {
    await down(folder);
    rmSync(folder, { recursive: true });
  });

  it('start, answer their own clients, stop, and leave nothing behind', async () => {
    expect(await start()).toEqual(every('started'));
    expect(states(status(folder))).toEqual(every('running'));

    const access = readJson('services.json');
    expect(await clients.postgres(access.postgres)).toBe(5);
    expect(await clients.redis(access.redis)).toBe('hello');
    expect(await clients.s3(access.s3)).toBe(7);

    const processes = services.map(({ name }) => readJson(`${name}.json`));
    expect(states(await down(folder))).toEqual(every('stopped'));
    expect(processes.filter(({ identity }) => isRunning(identity))).toEqual([]);
    expect(processes.filter(({ data }) => existsSync(data))).toEqual([]);
    expect(existsSync(join(folder, 'services.json'))).toBe(false);
  }, 60_000);

  it('start once: a second up finds them and changes nothing', async () => {
    await start();
    const before = readJson('services.json');

    expect(await start()).toEqual(every('running'));
    expect(readJson('services.json')).toEqual(before);
  }, 60_000);

  it('keep their secrets in files that only their owner can read, and off the command line', async () => {
    await start();
    const { postgres, redis, s3 } = readJson('services.json');
    const secrets = [new URL(postgres.url).password, new URL(redis.url).password, s3.secretKey];

    expect(statSync(join(folder, 'services.json')).mode & 0o077).toBe(0);
    const lines = [postgres, redis, s3].map(({ pid }) => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).join();
    expect(secrets.filter((secret) => secret.length < 32 || lines.includes(secret))).toEqual([]);
  }, 60_000);

  it('start again what has died, and leave the others alone', async () => {
    await start();
    const before = readJson('services.json');
    process.kill(before.redis.pid, 'SIGKILL');
    while (states(status(folder)).redis === 'running') await new Promise((done) => setTimeout(done, 20));

    expect(await start()).toEqual({ postgres: 'running', redis: 'started', s3: 'running' });
    expect(await clients.redis(readJson('services.json').redis)).toBe('hello');
  }, 60_000);

  it('leave a process alone that only got the pid of one from before a restart of the machine', async () => {
    const record = { data: join(folder, 'redis'), identity: { pid: process.pid, mark: 'an-earlier-boot/1' }, access: { url: 'redis://127.0.0.1:1' } };
    writeFileSync(join(folder, 'redis.json'), JSON.stringify(record));

    expect(states(status(folder)).redis).toBe('stopped');
    expect(states(await down(folder)).redis).toBe('not running');
  });

  it('stop what an interrupted up had started without being able to say so', async () => {
    await start();
    const { identity, data } = readJson('redis.json');
    writeFileSync(join(folder, 'redis.json'), JSON.stringify({ identity, data }));

    expect((await start()).redis).toBe('started');
    expect(isRunning(identity)).toBe(false);
  }, 60_000);

  it('say why one did not start, when another server has its port, and start the others', async () => {
    const taken = new URL(globalThis.cortexTestServices.redis.url).port;
    const outcomes = await up(folder, { mayInstall: false, env: { CORTEX_SERVICES_REDIS_PORT: taken } });

    expect(states(outcomes)).toEqual({ ...every('started'), redis: 'failed' });
    expect(outcomes.find(({ name }) => name === 'redis').reason).toBe(`listen EADDRINUSE: address already in use 127.0.0.1:${taken}`);
    expect(Object.keys(readJson('services.json')).sort()).toEqual(['postgres', 's3']);
  }, 60_000);

  it('refuse a port that is none before anything starts', async () => {
    await expect(up(folder, { mayInstall: false, env: { CORTEX_SERVICES_S3_PORT: 'seventy' } })).rejects.toThrow('CORTEX_SERVICES_S3_PORT=seventy is not a port: a whole number from 1 to 65535');
    expect(states(status(folder))).toEqual(every('stopped'));
  });
});
