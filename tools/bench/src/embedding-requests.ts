import type { LoadRequest } from './load';
import type { BenchText } from './texts';

/** Embedding requests of so many texts each, every text once. */
export function embeddingRequests(texts: readonly BenchText[], textsPerRequest: number, model: string): LoadRequest[] {
  return Array.from({ length: Math.floor(texts.length / textsPerRequest) }, (_, index) => {
    const input = texts.slice(index * textsPerRequest, (index + 1) * textsPerRequest).map(({ text }) => text);
    return { path: '/v1/embeddings', body: JSON.stringify({ model, input: textsPerRequest === 1 ? input[0] : input, encoding_format: 'base64' }) };
  });
}
