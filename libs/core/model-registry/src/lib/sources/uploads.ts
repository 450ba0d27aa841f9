import { refuseFiles } from './allowed-files';
import { bounded } from './bounded';
import type { IncomingFile } from './incoming-file';
import type { Incoming } from './incoming';
import type { IncomingVersion } from './incoming-version';
import type { Installer } from './installer';
import { paced, type Pace } from './pace';
import {
  ChecksumMismatchError, FileRefusedError, TooManyTransfersError, TransferNotFoundError, UploadIncompleteError, UploadOffsetError, UploadTooSlowError, VersionBusyError,
  isResumable,
} from './transfer.errors';
import type { TransferLimits } from './transfers.options';

/** A file as it is declared before it is sent. */
export interface DeclaredFile {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What shall be uploaded. */
export interface UploadRequest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly DeclaredFile[];
}

/** How far an upload is. */
export interface UploadProgress {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly files: readonly (DeclaredFile & { readonly receivedBytes: number })[];
}

/** A piece of a file. */
export interface UploadPart {
  readonly path: string;
  readonly offset: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

interface Upload {
  readonly request: UploadRequest;
  readonly staged: IncomingVersion;
  readonly files: ReadonlyMap<string, IncomingFile>;
  /** Paths that are being written, or installed; a commit waits for none, it is refused. */
  readonly busy: Set<string>;
  touchedAt: number;
}

export interface UploadParts {
  readonly incoming: Incoming;
  readonly installer: Installer;
  readonly limits: TransferLimits;
}

/** Takes models piece by piece. An upload's id is its name and version: who begins it again goes on, also after a restart. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  constructor(private readonly parts: UploadParts) {}

  /** @throws FileRefusedError, ModelTooLargeError, VersionExistsError, VersionBusyError, TooManyTransfersError */
  async begin(request: UploadRequest): Promise<UploadProgress> {
    const id = `${request.name}@${request.version}`;
    const open = this.#uploads.get(id);
    if (open && JSON.stringify(open.request) === JSON.stringify(request)) return progressOf(id, open);
    if (open) throw new VersionBusyError(request.name, request.version);
    refuseFiles(request.files, this.parts.limits);
    await this.parts.installer.refuseTaken(request.name, request.version);
    await this.#makeRoom();
    const upload = await this.#open(request);
    this.#uploads.set(id, upload);
    return progressOf(id, upload);
  }

  /** @throws TransferNotFoundError */
  get(id: string): UploadProgress {
    return progressOf(id, this.#find(id));
  }

  /** Writes a part at the end of its file, with back-pressure. @throws UploadOffsetError, FileRefusedError, ChecksumMismatchError when it is longer or other than declared (the file begins anew), UploadTooSlowError, StorageFullError */
  async append(id: string, { path, offset, chunks, signal }: UploadPart): Promise<UploadProgress> {
    const upload = this.#find(id);
    const declared = upload.request.files.find((file) => file.path === path);
    const file = upload.files.get(path);
    if (!declared || !file) throw new FileRefusedError(path, 'it was not declared when the upload began');
    if (upload.busy.has(path)) throw new VersionBusyError(upload.request.name, upload.request.version);
    if (offset !== file.bytes) throw new UploadOffsetError(offset, file.bytes);
    const pace: Pace = { limits: this.parts.limits, leftBytes: declared.bytes - offset, tooSlow: (how) => new UploadTooSlowError(how) };
    upload.busy.add(path);
    try {
      await file.append(bounded(declared, offset, paced(chunks, pace, signal)));
      refuseOther(declared, file);
    } catch (error) {
      if (error instanceof ChecksumMismatchError) await beginAnew(upload.staged, declared, file);
      throw error;
    } finally {
      upload.busy.delete(path);
      upload.touchedAt = Date.now();
    }
    return progressOf(id, upload);
  }

  /** Installs it; the upload stays open after what may be tried again, such as a full disk. @throws UploadIncompleteError, VersionBusyError while a part is being written, ModelRefusedError, VersionExistsError, StorageFullError */
  async commit(id: string): Promise<void> {
    const upload = this.#find(id);
    const { staged, files, request: { files: declared } } = upload;
    for (const { path, bytes } of declared) if (files.get(path)!.bytes < bytes) throw new UploadIncompleteError(path, files.get(path)!.bytes, bytes);
    refuseBusy(upload);
    for (const path of files.keys()) upload.busy.add(path);
    try {
      await this.parts.installer.install(staged, { provenance: { kind: 'upload' }, files: declared.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })) });
    } catch (error) {
      if (!isResumable(error)) await this.#end(id, upload);
      throw error;
    } finally {
      upload.busy.clear();
      upload.touchedAt = Date.now();
    }
    await this.#end(id, upload);
  }

  /** Removes what has come. @throws TransferNotFoundError, VersionBusyError while a part is being written */
  async cancel(id: string): Promise<void> {
    const upload = this.#find(id);
    refuseBusy(upload);
    await this.#end(id, upload);
  }

  async #end(id: string, upload: Upload): Promise<void> {
    this.#uploads.delete(id);
    using staged = upload.staged;
    await staged.remove();
  }

  #find(id: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload === undefined) throw new TransferNotFoundError(id);
    return upload;
  }

  async #open(request: UploadRequest): Promise<Upload> {
    const staged = await this.parts.incoming.claim({ ...request, source: 'upload' });
    try {
      const files = new Map<string, IncomingFile>();
      for (const declared of request.files) {
        const { file } = await staged.file(declared);
        await staged.begin(declared, undefined);
        files.set(declared.path, file);
      }
      return { request, staged, files, busy: new Set(), touchedAt: Date.now() };
    } catch (error) {
      staged[Symbol.dispose]();
      throw error;
    }
  }

  /** Lets go of uploads that nobody goes on with; their files are swept like any other's. @throws TooManyTransfersError */
  async #makeRoom(): Promise<void> {
    const { staleMs, maxWaiting } = this.parts.limits;
    for (const [id, { touchedAt, busy, staged }] of this.#uploads) {
      if (busy.size > 0 || Date.now() - touchedAt <= staleMs) continue;
      this.#uploads.delete(id);
      staged[Symbol.dispose]();
    }
    await this.parts.incoming.sweep();
    if (this.#uploads.size >= maxWaiting) throw new TooManyTransfersError(this.#uploads.size, maxWaiting);
  }
}

function progressOf(id: string, { request, files }: Upload): UploadProgress {
  return { id, name: request.name, version: request.version, files: request.files.map((file) => ({ ...file, receivedBytes: files.get(file.path)!.bytes })) };
}

function refuseBusy({ busy, request: { name, version } }: Upload): void {
  if (busy.size > 0) throw new VersionBusyError(name, version);
}

function refuseOther({ path, bytes, sha256 }: DeclaredFile, file: IncomingFile): void {
  if (file.bytes === bytes && file.sha256 !== sha256) throw new ChecksumMismatchError(path, 'sha256');
}

async function beginAnew(staged: IncomingVersion, declared: DeclaredFile, file: IncomingFile): Promise<void> {
  await staged.drop(declared, file);
  await staged.begin(declared, undefined);
}
