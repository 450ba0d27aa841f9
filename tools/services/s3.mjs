import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { command, own, provide, tool } from './machine.mjs';

/** Versity Gateway: an S3 server over a folder that checks signatures and does multipart. */
const MODULE = 'github.com/versity/versitygw/cmd/versitygw';
const VERSION = 'v1.8.0';
const ACCESS_KEY = 'cortex';

export const s3 = {
  name: 's3',
  stopSignal: 'SIGTERM',

  async install(how) {
    const folder = await provide(`versitygw-${VERSION}`, { ...how, fill: build });
    return join(folder, 'versitygw');
  },

  configure({ data }) {
    const buckets = join(data, 'buckets');
    mkdirSync(buckets);
    own(buckets);
  },

  server: ({ programs, data, port, password }) => ({
    file: programs,
    args: ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', join(data, 'buckets')],
    env: { ROOT_ACCESS_KEY: ACCESS_KEY, ROOT_SECRET_KEY: password },
  }),

  /** Any answer will do: without a signature it is a refusal. */
  isReady: ({ port }) =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ),

  access: ({ port, password }) => ({ endpoint: `http://127.0.0.1:${port}`, accessKey: ACCESS_KEY, secretKey: password }),
};

function build(folder, signal) {
  return command(tool('go'), ['install', '-trimpath', '-ldflags', '-s -w', `${MODULE}@${VERSION}`], { signal, cwd: '/', env: { ...process.env, GOBIN: folder } });
}
