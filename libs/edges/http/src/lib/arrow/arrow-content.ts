import type { IncomingHttpHeaders } from 'node:http';
import { embeddingStream, type TextTable } from '@cortex/arrow';
import type { ServedModel } from '@cortex/orchestrator';
import type { EmbedResult } from '@cortex/text-models';
import { prefers } from '../acceptance';
import { ARROW_TYPE, Content, truncationHeader } from '../content';

/** Whether a body says that it is in Arrow. */
export function bringsArrow({ 'content-type': type }: IncomingHttpHeaders): boolean {
  return type !== undefined && type.split(';', 1)[0]!.trim().toLowerCase() === ARROW_TYPE;
}

/** Whether the answer is wanted in Arrow: only where `Accept` names it. */
export function wantsArrow({ accept }: IncomingHttpHeaders): boolean {
  return prefers(accept, ARROW_TYPE, 'application/json');
}

/** The vectors of texts, beside what their rows are called. */
export function arrowEmbeddings({ vectors, model, truncated }: EmbedResult, ids: TextTable['ids']): Content {
  return arrowContent(embeddingStream(vectors, { ids, metadata: modelMetadata(model) }), truncationHeader(truncated));
}

/** An IPC stream as an answer. */
export function arrowContent({ buffer, byteOffset, byteLength }: Uint8Array, headers?: Readonly<Record<string, string>>): Content {
  return new Content(Buffer.from(buffer, byteOffset, byteLength), ARROW_TYPE, headers);
}

/** Which model answered, as metadata of the schema. */
export function modelMetadata({ name, version, variant }: ServedModel): Readonly<Record<string, string>> {
  return { model_name: name, model_version: version, model_variant: variant };
}
