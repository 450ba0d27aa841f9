import { z } from 'zod';
import { named } from '../named';
import { STATES, time } from './collections-schemas';

const MOST_DOCUMENTS = 1_000;
const id = z.string().min(1).max(256);
const about = { title: z.string().max(500).optional(), language: z.string().max(8).optional().describe('ISO 639-1; default as its text is') };

export const documentOrder = z
  .strictObject({
    id: id.describe('Unique in its collection: it replaces the one before'),
    text: z.string().optional(),
    content: z.base64().optional().describe('Bytes, beside their mediaType'),
    mediaType: z.string().max(200).optional().describe('Default text/plain for a text'),
    ...about,
    metadata: z.unknown().optional().meta({ type: 'object', description: 'Values by name: text, numbers, truth values, or lists of them' }),
  })
  .refine(({ text, content }) => (text === undefined) !== (content === undefined), 'expected either text or content')
  .refine(({ content, mediaType }) => content === undefined || mediaType !== undefined, 'expected a mediaType beside content');
export type DocumentOrderBody = z.output<typeof documentOrder>;

export const documentsRequest = named('DocumentsRequest', z.strictObject({ documents: z.array(documentOrder).min(1).max(MOST_DOCUMENTS) }));
export type DocumentsRequest = z.output<typeof documentsRequest>;

/** What is said of a document whose bytes are the body. */
export const documentQuery = z.object({ ...about, metadata: z.string().max(100_000).optional().describe('As JSON') });
export type DocumentQuery = z.output<typeof documentQuery>;

const state = z.enum(STATES);
export const documentsAccepted = named('DocumentsAccepted', z.object({
  collection: z.string(),
  documents: z.array(z.object({ id, state, generation: z.int(), unchanged: z.boolean().describe('It is there already, in every byte and field') })),
  job: z.object({ id: z.string() }).optional().describe('Absent where nothing is to be done'),
}));
export type DocumentsAccepted = z.output<typeof documentsAccepted>;

export const document = named('Document', z.object({
  id,
  state: state.describe('Of its newest generation; while that is not ready, the one before is found'),
  generation: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).optional().describe('Why it failed'),
  mediaType: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  title: z.string().optional(),
  language: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()),
  found: z.object({ generation: z.int(), passages: z.int(), characters: z.int() }).optional().describe('What is found of it by now'),
  createdAt: time,
  updatedAt: time,
}));
export type DocumentAnswer = z.output<typeof document>;
export const documents = named('Documents', z.object({ documents: z.array(document) }));
export const documentRemoved = named('DocumentRemoved', z.object({ id, state: z.literal('removed') }));

export const documentsQuery = z.object({
  state: state.optional(),
  after: z.string().max(256).optional().describe('The id of the last document of the page before'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
export type DocumentsQuery = z.output<typeof documentsQuery>;
