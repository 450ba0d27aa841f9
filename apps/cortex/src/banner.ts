import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { relative } from 'node:path';
import type { Configuration } from './configuration';

/** What a newcomer needs first: where it is, where the key is, and one line to paste. The key itself is never shown. */
export function banner({ host, keyFile, auth, apiKey }: Configuration, server: Server): string {
  const { port } = server.address() as AddressInfo;
  const base = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const file = shorter(keyFile);
  const key = apiKey === undefined ? `$(cat '${file}')` : '$CORTEX_API_KEY';
  const header = auth === 'on' ? ` -H "authorization: Bearer ${key}"` : '';
  return `
  Datapunk Cortex is ready.

  Base URL   ${base}
  API docs   ${base}/docs
  Health     ${base}/health/ready
  API key    ${auth === 'off' ? 'not needed, access is off' : apiKey === undefined ? file : 'as set by CORTEX_API_KEY'}

  Try it:
  curl ${base}/v1/embeddings${header} -H 'content-type: application/json' -d '{"model":"cortex-embed-en","input":"hello world"}'

`;
}

/** The path from here where that is shorter. */
function shorter(path: string): string {
  const near = relative(process.cwd(), path);
  return near.length < path.length && !near.startsWith('..') ? near : path;
}
