import { ModelSource, SourceFailedError, SourceForbiddenError, type PartialFile, type SourceBody, type SourceFile, type SourceModel } from '@cortex/model-registry';
import { quote } from '@cortex/kernel';
import { z } from 'zod';
import { neededFiles } from './hub-files';
import { openRemoteFile } from './remote-file';
import type { SafeHttp } from './safe-http';

const MOST_LIST_BYTES = 2 ** 23;
const MODEL = /^(?:[A-Za-z0-9][\w.-]{0,95}\/)?[A-Za-z0-9][\w.-]{0,95}$/;
const REVISION = /^(?!.*\.\.)[A-Za-z0-9][\w./-]{0,127}$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** The hub's answer (`GET /api/models/{model}/revision/{revision}?blobs=true`), as far as it is used. */
const listSchema = z.looseObject({
  sha: z.string().regex(COMMIT),
  siblings: z.array(z.looseObject({
    rfilename: z.string(), size: z.int().min(0).nullish(), blobId: z.string().nullish(), lfs: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
  })),
});
type Listed = z.output<typeof listSchema>['siblings'][number];

export interface HubOptions {
  readonly hubUrl: URL;
  /** Sent to the hub alone. */
  readonly hubToken?: string;
  readonly http: SafeHttp;
}

export interface HubAddress {
  readonly model: string;
  /** Branch, tag or commit. Default `main`. */
  readonly revision?: string;
  /** Default fp32 alone. */
  readonly variants?: readonly string[];
}

/** A model on the Hugging Face Hub, or on a mirror that speaks like it. What is asked for is pinned to a commit first. */
export class HuggingFaceModelSource extends ModelSource {
  #commit: string | undefined;

  /** @throws SourceForbiddenError for what is no model id or revision */
  constructor(private readonly address: HubAddress, private readonly options: HubOptions) {
    super();
    if (!MODEL.test(address.model) || address.model.includes('..')) throw new SourceForbiddenError(`'${quote(address.model)}' is no model id, expected owner/name`);
    if (!REVISION.test(this.#revision)) throw new SourceForbiddenError(`'${quote(this.#revision)}' is no revision`);
  }

  async describe(signal: AbortSignal): Promise<SourceModel> {
    const { model, variants } = this.address;
    const list = parse(await this.options.http.read(this.#request(`api/models/${model}/revision/${encodeURIComponent(this.#revision)}?blobs=true`, signal), MOST_LIST_BYTES));
    this.#commit = list.sha;
    const source = new URL(`${model}/tree/${list.sha}`, this.options.hubUrl).href;
    return { name: model.split('/').at(-1)!, version: '1', provenance: { kind: 'hugging-face', source }, files: neededFiles(list.siblings.map(fileOf), variants) };
  }

  async open({ path }: SourceFile, partial: PartialFile, signal: AbortSignal): Promise<SourceBody> {
    if (this.#commit === undefined) throw new Error('a file was opened before the model was described. This is a bug.');
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return openRemoteFile(this.options.http, this.#request(`${this.address.model}/resolve/${this.#commit}/${encoded}`, signal), partial);
  }

  get #revision(): string {
    return this.address.revision ?? 'main';
  }

  #request(path: string, signal: AbortSignal) {
    const { hubUrl, hubToken } = this.options;
    return { url: new URL(path, hubUrl), signal, authorization: hubToken === undefined ? undefined : `Bearer ${hubToken}` };
  }
}

/** Large files have a hash; small ones the id of their Git blob, which changes with them. */
function fileOf({ rfilename, size, blobId, lfs }: Listed): SourceFile {
  return { path: rfilename, bytes: size ?? undefined, sha256: lfs?.sha256, identity: blobId ?? undefined };
}

function parse(answer: Buffer): z.output<typeof listSchema> {
  try {
    return listSchema.parse(JSON.parse(answer.toString()));
  } catch (error) {
    throw new SourceFailedError("the hub's list of files cannot be read", { cause: error });
  }
}
