import type { AcceptedDocuments, CollectionRecord, DocumentRecord, DocumentState, EmbeddingSpace, RankedPassage, SearchResult } from '@cortex/query';
import type { z } from 'zod';
import type { CollectionAnswer } from './collections-schemas';
import type { DocumentAnswer, DocumentsAccepted } from './documents-schemas';
import type { PassageAnswer, searchAnswer } from './questions-schemas';

/** A collection as its owner sees it, field by field: what its record holds besides stays inside. */
export function collectionView(record: CollectionRecord, documents?: Partial<Record<DocumentState, number>>): CollectionAnswer {
  const { collection: name, description, schema, language, chunks, spaces } = record;
  return { name, description, schema, language, chunks, spaces: spaces.map(spaceView), documents, ...timesOf(record) };
}

export function spaceView({ id, model, width, state, createdAt }: EmbeddingSpace): CollectionAnswer['spaces'][number] {
  return { id, model, width, state, createdAt: isoTime(createdAt) };
}

export function documentView(record: DocumentRecord): DocumentAnswer {
  const { id, state, generation, error, source, found, metadata } = record;
  const { mediaType, bytes, sha256 } = source;
  const { title = record.title, language = record.language } = found ?? {};
  return { id, state, generation, error, mediaType, bytes, sha256, title, language, metadata, found: found && foundView(found), ...timesOf(record) };
}

export function acceptedView({ collection }: CollectionRecord, { documents, job }: AcceptedDocuments): DocumentsAccepted {
  return { collection, documents: [...documents], job: job && { id: job.id } };
}

export function searchView({ passages, requested, returned, exact, model, weights, explanation }: SearchResult, explain: boolean): z.output<typeof searchAnswer> {
  return { passages: passages.map(passageView), requested, returned, exact, model, weights, explanation: explain ? explanation : undefined };
}

function passageView({ document, id, pages, start, end, headings, text, score, relevance, parts }: RankedPassage): PassageAnswer {
  const { id: name, title, metadata } = document;
  return { id, document: name, title, metadata, pages: pages?.map(({ page }) => page), start, end, headings: [...headings], text, score, relevance, parts };
}

function foundView({ generation, passages, characters }: NonNullable<DocumentRecord['found']>): NonNullable<DocumentAnswer['found']> {
  return { generation, passages, characters };
}

function timesOf({ createdAt, updatedAt }: { readonly createdAt: number; readonly updatedAt: number }): { createdAt: string; updatedAt: string } {
  return { createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt) };
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
