import { symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Unavailable, command, isRoot, own, programPath, provide, tool } from './machine.mjs';

/** Debian's redis-tools holds the server too, under the name of its checker; redis-server would add a system service that starts by itself. */
const PACKAGE = 'redis-tools';
const PROGRAM = 'redis-check-rdb';
const ANSWER_WITHIN_MS = 1000;

export const redis = {
  name: 'redis',
  stopSignal: 'SIGTERM',

  async install({ mayInstall, signal }) {
    const installed = programPath('redis-server');
    if (installed !== undefined) return installed;
    if (programPath(PROGRAM) === undefined) await installPackage({ mayInstall, signal });
    const folder = await provide('redis', { mayInstall: true, fill: (draft) => symlinkSync(tool(PROGRAM), join(draft, 'redis-server')) });
    return join(folder, 'redis-server');
  },

  configure({ data, port, password }) {
    const settings = ['bind 127.0.0.1', `port ${port}`, `requirepass ${password}`, `dir ${data}`, 'save ""', 'appendonly no', 'maxmemory 256mb', 'maxmemory-policy noeviction'];
    const file = join(data, 'redis.conf');
    writeFileSync(file, `${settings.join('\n')}\n`, { mode: 0o600 });
    own(file);
  },

  server: ({ programs, data }) => ({ file: programs, args: [join(data, 'redis.conf')] }),

  /** Without the password it answers that it wants one, once it has started. */
  isReady: ({ port }) =>
    new Promise((done) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy());
      socket.once('data', (answer) => {
        socket.destroy();
        done(answer.toString().startsWith('-NOAUTH'));
      });
      socket.once('error', () => done(false));
      socket.once('close', () => done(false));
    }),

  access: ({ port, password }) => ({ url: `redis://:${password}@127.0.0.1:${port}` }),
};

/** By root, or on a build server by who may become root there; on a person's machine nothing is installed behind their back. */
async function installPackage({ mayInstall, signal }) {
  const mayBecomeRoot = isRoot || (process.env.CI === 'true' && programPath('sudo') !== undefined);
  if (!mayInstall || !mayBecomeRoot) throw new Unavailable(`not installed: apt-get install ${PACKAGE}`);
  const aptGet = tool('apt-get');
  const asRoot = isRoot ? [] : ['sudo', '-n'];
  const apt = (args, options) => {
    const [file, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', aptGet, '--quiet', ...args];
    return command(file, rest, options);
  };
  await apt(['update'], { signal });
  signal?.throwIfAborted();
  // Not to be interrupted: a package that is half installed is the machine's problem.
  await apt(['install', '--yes', '--no-install-recommends', PACKAGE]);
}
