import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the loopback for one spec, and what it was asked. */
export interface LocalServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
}

export async function listen(handler: RequestListener): Promise<LocalServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, port, requests, [Symbol.asyncDispose]: close };
}

/** Answers like a careful server: ETag, ranges, If-Range. */
export function sendFile(request: IncomingMessage, response: ServerResponse, content: Uint8Array | undefined): void {
  if (content === undefined) return void response.writeHead(404).end();
  const etag = `"${createHash('sha256').update(content).digest('hex')}"`;
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
  const isPart = !Number.isNaN(start) && request.headers['if-range'] === etag;
  const body = isPart ? content.subarray(start) : content;
  response.writeHead(isPart ? 206 : 200, { etag, 'content-length': body.length, ...(isPart && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }) });
  response.end(body);
}
