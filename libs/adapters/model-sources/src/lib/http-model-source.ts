import { createHash } from 'node:crypto';
import { once } from '@cortex/kernel';
import { ModelSource, SourceFailedError, SourceForbiddenError, type PartialFile, type SourceBody, type SourceFile, type SourceModel } from '@cortex/model-registry';
import { z } from 'zod';
import { openRemoteFile } from './remote-file';
import type { SafeHttp } from './safe-http';

const MANIFEST_FILE = 'cortex-model.json';
const MOST_MANIFEST_BYTES = 2 ** 20;
/** What is needed to fetch the rest; the registry reads it whole, and strictly, before it is installed. */
const manifestSchema = z.looseObject({ name: z.string(), version: z.string(), files: z.record(z.string(), z.looseObject({ sha256: z.string(), bytes: z.int().positive() })) });

/** A model behind the URL of its manifest, every file at or below the folder that the manifest lies in. */
export class HttpModelSource extends ModelSource {
  #manifest: Buffer | undefined;

  /** @throws SourceForbiddenError unless the URL ends in `cortex-model.json` */
  constructor(private readonly url: URL, private readonly http: SafeHttp) {
    super();
    if (!url.pathname.endsWith(`/${MANIFEST_FILE}`)) throw new SourceForbiddenError(`the URL must be that of a ${MANIFEST_FILE}`);
  }

  async describe(signal: AbortSignal): Promise<SourceModel> {
    this.#manifest = await this.http.read({ url: this.url, signal }, MOST_MANIFEST_BYTES);
    const { name, version, files } = parse(this.#manifest);
    const own: SourceFile = { path: MANIFEST_FILE, bytes: this.#manifest.length, sha256: createHash('sha256').update(this.#manifest).digest('hex') };
    const listed = Object.entries(files).map(([path, { bytes, sha256 }]) => ({ path, bytes, sha256 }));
    return { name, version, provenance: { kind: 'http', source: `${this.url.origin}${this.url.pathname}` }, files: [own, ...listed] };
  }

  async open({ path }: SourceFile, partial: PartialFile, signal: AbortSignal): Promise<SourceBody> {
    // The one that the list was read from: a second look might find another.
    if (path === MANIFEST_FILE && this.#manifest) return { startsAt: 0, chunks: once(this.#manifest) };
    return openRemoteFile(this.http, { url: this.#urlOf(path), signal }, partial);
  }

  /** The query of the manifest's URL, where mirrors put signatures, goes along. */
  #urlOf(path: string): URL {
    const url = new URL(path.split('/').map(encodeURIComponent).join('/'), this.url);
    const folder = new URL('.', this.url);
    if (url.origin !== folder.origin || !url.pathname.startsWith(folder.pathname)) throw new SourceForbiddenError('a file lies outside the folder of its manifest');
    url.search = this.url.search;
    return url;
  }
}

function parse(manifest: Buffer): z.output<typeof manifestSchema> {
  try {
    return manifestSchema.parse(JSON.parse(manifest.toString()));
  } catch (error) {
    throw new SourceFailedError(`the source's ${MANIFEST_FILE} cannot be read`, { cause: error });
  }
}
