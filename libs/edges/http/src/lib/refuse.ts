import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { errorBody, errorContentType, errorFormOf, type ErrorForm } from './error-forms';
import { failureOf, type Failure } from './failure';

const logger = new Logger('HttpEdge');

/** Answers with an error in the form of the address. Every refusal of the edge goes through here. */
export function refuse(reply: FastifyReply, error: unknown, form: ErrorForm = errorFormOf(reply.request.url)): void {
  if (reply.sent) return;
  const { id } = reply.request;
  const failure = failureOf(error, id);
  if (failure.unexpected) logger.error(`request ${id} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);

  addHeaders(reply, failure, id);
  reply
    .code(failure.status)
    .header('content-type', errorContentType(form))
    .send(JSON.stringify(errorBody(form, failure, id)));
}

function addHeaders(reply: FastifyReply, { status, code, retryAfterMs }: Failure, id: string): void {
  reply.header('x-request-id', id).header('x-cortex-error-code', code);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="cortex"');
  if (retryAfterMs === undefined) return;
  reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1_000))).header('retry-after-ms', Math.max(1, Math.ceil(retryAfterMs)));
}
