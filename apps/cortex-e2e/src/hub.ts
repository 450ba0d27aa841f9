import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const COMMIT = 'c0'.repeat(20);

interface HubFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** A server on the loopback that speaks like the Hugging Face Hub, for one model of a folder. */
export class Hub implements AsyncDisposable {
  /** Where a graph is cut off while it is sent; nothing of it comes after that. */
  stallAt = Infinity;
  /** First byte of every answer that sent a graph. */
  readonly starts: number[] = [];

  private constructor(private readonly folder: string, private readonly files: readonly HubFile[], private readonly server: Server) {}

  static async serving(model: string, folder: string, paths: readonly string[]): Promise<Hub> {
    const files = await Promise.all(paths.map(async (path) => {
      const content = await readFile(join(folder, path));
      return { path, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    }));
    const server = createServer((request, response) => void hub.#answer(model, request, response).catch(() => response.destroy()));
    const hub = new Hub(folder, files, server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #answer(model: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url!);
    if (path.startsWith(`/api/models/${model}/revision/`)) return void response.end(JSON.stringify({ sha: COMMIT, siblings: this.files.map(siblingOf) }));
    const file = this.files.find((one) => path === `/${model}/resolve/${COMMIT}/${one.path}`);
    if (file) await this.#send(file, request, response);
    else response.writeHead(404).end();
  }

  async #send({ path, size, sha256 }: HubFile, { headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const etag = `"${sha256}"`;
    const isPart = headers['if-range'] === etag;
    const start = isPart ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
    response.writeHead(isPart ? 206 : 200, { etag, 'content-length': size - start, ...(isPart && { 'content-range': `bytes ${start}-${size - 1}/${size}` }) });
    const isGraph = path.endsWith('.onnx');
    if (isGraph) this.starts.push(start);
    const isCut = isGraph && this.stallAt < size;
    await pipeline(createReadStream(join(this.folder, path), { start, ...(isCut && { end: this.stallAt - 1 }) }), response, { end: !isCut });
  }
}

function siblingOf({ path, size, sha256 }: HubFile): object {
  return { rfilename: path, size, blobId: sha256.slice(0, 40), ...(path.endsWith('.onnx') && { lfs: { sha256, size, pointerSize: 134 } }) };
}
