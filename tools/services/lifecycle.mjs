import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { withLock } from '../prepare/lock.mjs';
import { isRunning, startServer, stopServer, waitUntilReady } from './child.mjs';
import { Unavailable, assertDebian, dataFolder } from './machine.mjs';
import { postgres } from './postgres.mjs';
import { redis } from './redis.mjs';
import { s3 } from './s3.mjs';

export const services = [postgres, redis, s3];

/**
 * Starts what does not run yet and writes how to reach all that runs into `folder`/services.json.
 * Each for itself: one that cannot be started does not keep the others from it.
 * @param mayInstall whether programs that are missing are installed: a minute, most of it for the S3 server
 * @param signal stops installing
 * @returns for each service `{ name, state: 'started' | 'running' | 'unavailable' | 'failed', reason? }`;
 *   unavailable is what this machine has not and cannot install
 */
export function up(folder, { mayInstall = true, env = process.env, signal } = {}) {
  return underLock(folder, async () => {
    const ports = new Map(services.map((service) => [service, portOf(service, env)]));
    return Promise.all(
      services.map(async (service) => {
        const outcome = await ensure(service, { folder, mayInstall, signal, port: ports.get(service) });
        publish(folder);
        return { name: service.name, ...outcome };
      }),
    );
  });
}

/** Stops what `up` started there and removes its data; `names` are all services unless given. */
export function down(folder, names = services.map(({ name }) => name)) {
  return underLock(folder, async () => {
    const leaving = services.filter(({ name }) => names.includes(name));
    const outcomes = await Promise.all(leaving.map(async (service) => ({ name: service.name, state: await remove(service, folder) })));
    publish(folder);
    return outcomes;
  });
}

/** What of it runs now. */
export function status(folder) {
  return services.map((service) => ({ name: service.name, state: isReachable(service, folder) ? 'running' : 'stopped' }));
}

/** The folder may be a link to another clone's. */
function underLock(folder, work) {
  mkdirSync(folder, { recursive: true });
  return withLock(`${realpathSync(folder)}.lock`, work);
}

/** After each service: nobody waits for the slowest. */
function publish(folder) {
  const reachable = services.filter((service) => isReachable(service, folder)).map(({ name }) => [name, recordOf(folder, name).access]);
  const file = join(folder, 'services.json');
  if (reachable.length > 0) writePrivately(file, Object.fromEntries(reachable));
  else rmSync(file, { force: true });
}

function isReachable({ name }, folder) {
  const known = recordOf(folder, name);
  return known?.access !== undefined && isRunning(known.identity);
}

async function ensure(service, { folder, mayInstall, signal, port }) {
  if (isReachable(service, folder)) return { state: 'running' };
  try {
    await remove(service, folder);
    assertDebian();
    const programs = await service.install({ mayInstall, signal });
    await start(service, { folder, programs, port });
    return { state: 'started' };
  } catch (error) {
    await remove(service, folder);
    return { state: error instanceof Unavailable ? 'unavailable' : 'failed', reason: error.message };
  }
}

async function start(service, { folder, programs, port }) {
  const data = dataFolder(join(folder, service.name));
  record(folder, service.name, { data });
  const place = { programs, data, port: await freePort(port), password: randomBytes(24).toString('hex') };
  await service.configure(place);

  const log = join(folder, `${service.name}.log`);
  const identity = await startServer({ ...service.server(place), log });
  // At once: an `up` that is interrupted leaves no process that nobody knows.
  record(folder, service.name, { data, identity });
  await waitUntilReady(identity, () => service.isReady(place), log);
  record(folder, service.name, { data, identity, access: { ...service.access(place), pid: identity.pid } });
}

async function remove(service, folder) {
  const known = recordOf(folder, service.name);
  const wasRunning = isRunning(known?.identity);
  await stopServer(known?.identity, service.stopSignal);
  const paths = [known?.data, join(folder, service.name), join(folder, `${service.name}.log`), recordFile(folder, service.name)];
  for (const path of paths) if (path !== undefined) rmSync(path, { recursive: true, force: true });
  return wasRunning ? 'stopped' : 'not running';
}

const recordFile = (folder, name) => join(folder, `${name}.json`);
const record = (folder, name, facts) => writePrivately(recordFile(folder, name), facts);

function recordOf(folder, name) {
  const file = recordFile(folder, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** A reader sees the old file or the new one, never half of it. */
function writePrivately(file, value) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(value, null, 2), { mode: 0o600 });
  renameSync(draft, file);
}

function portOf({ name }, env) {
  const variable = `CORTEX_SERVICES_${name.toUpperCase()}_PORT`;
  if (!env[variable]) return undefined;
  const port = Number(env[variable]);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`${variable}=${env[variable]} is not a port: a whole number from 1 to 65535`);
  return port;
}

/** The wanted one, or any. Whoever has it already would answer in place of the server that is to be started. */
function freePort(wanted = 0) {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
