import { STATUS_CODES } from 'node:http';
import { assertNever } from '@cortex/kernel';
import type { Failure } from './failure';

/** How a protocol writes an error. */
export type ErrorForm = 'open-inference' | 'openai' | 'text-embeddings-inference' | 'cohere' | 'jina' | 'presidio' | 'problem';

/** Whose form an address speaks; the first that fits counts, what fits none gets `problem`. */
const ADDRESSES: readonly (readonly [RegExp, ErrorForm])[] = [
  [/^\/v2\/rerank(?![^/?])/, 'cohere'],
  [/^\/v1\/rerank(?![^/?])/, 'jina'],
  [/^\/v1\/(models|embeddings|chat|files|batches)(?![^/?])/, 'openai'],
  [/^\/v2(?![^/?])/, 'open-inference'],
  [/^\/(analyze|anonymize|deanonymize|supportedentities|recognizers|anonymizers|deanonymizers)(?![^/?])/, 'presidio'],
  [/^\/(embed|embed_sparse|rerank|predict|tokenize|decode|info)(?![^/?])/, 'text-embeddings-inference'],
];

/** The form of a route, or of an address that no route answers. */
export function errorFormOf(url: string): ErrorForm {
  return ADDRESSES.find(([pattern]) => pattern.test(url))?.[1] ?? 'problem';
}

/** The body of an error. Sources: the protocols' own documents; `problem` is RFC 9457. */
export function errorBody(form: ErrorForm, failure: Failure, requestId: string): object {
  const { message, code, status } = failure;
  switch (form) {
    case 'open-inference':
    case 'presidio': return { error: message };
    case 'openai': return { error: { message, type: openAiType(status), param: failure.field ?? null, code } };
    case 'text-embeddings-inference': return { error: message, error_type: teiType(status) };
    case 'cohere': return { message };
    case 'jina': return { detail: message };
    case 'problem': return problem(failure, requestId);
    default: return assertNever(form);
  }
}

/** The content type of an error's body. */
export function errorContentType(form: ErrorForm): string {
  return form === 'problem' ? 'application/problem+json' : 'application/json';
}

function problem({ status, code, message }: Failure, requestId: string): object {
  return { type: `urn:cortex:error:${code}`, title: STATUS_CODES[status] ?? 'Error', status, detail: message, code, instance: requestId };
}

function openAiType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** The names that text-embeddings-inference's own ErrorType serializes to. */
function teiType(status: number): string {
  if (status === 429) return 'Overloaded';
  if (status === 422) return 'Tokenizer';
  if (status === 503) return 'Unhealthy';
  return status < 500 ? 'Validation' : 'Backend';
}
