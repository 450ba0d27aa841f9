import type { PartialFile, SourceBody } from '@cortex/model-registry';
import { chunksOf, type SafeHttp, type SafeRequest } from './safe-http';

/**
 * Opens a file where a partial ends, if the server vouches by its ETag that it is still the same (RFC 9110, If-Range).
 * Otherwise, or when it sends the whole file all the same, it begins at 0.
 */
export async function openRemoteFile(http: SafeHttp, request: SafeRequest, { bytes, etag }: PartialFile): Promise<SourceBody> {
  const goesOn = bytes > 0 && etag !== undefined;
  const headers = { ...request.headers, ...(goesOn && { range: `bytes=${bytes}-`, 'if-range': etag }) };
  const response = await http.get({ ...request, headers });
  if (response.statusCode === 416 || (response.statusCode === 206 && !isFrom(bytes, response.headers['content-range']))) {
    response.destroy();
    return openRemoteFile(http, request, { bytes: 0 });
  }
  return { startsAt: response.statusCode === 206 ? bytes : 0, etag: strongEtag(response.headers.etag), chunks: chunksOf(response) };
}

function isFrom(bytes: number, range: string | undefined): boolean {
  return range !== undefined && new RegExp(`^bytes ${bytes}-`).test(range);
}

/** A weak one promises no equal bytes. */
function strongEtag(etag: string | undefined): string | undefined {
  return etag?.startsWith('W/') ? undefined : etag;
}
