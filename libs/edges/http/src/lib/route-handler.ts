import type { Clock } from '@cortex/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptCheck, JSON_ALONE } from './acceptance';
import { NOBODY, type Arrival } from './arrival';
import { bringsArrow } from './arrow/arrow-content';
import { bodyStream } from './body-stream';
import { CallContext } from './call-context';
import { ARROW_TYPE, Content, JSON_TYPE } from './content';
import { EVENT_STREAM_TYPE, EventStream, textOf } from './event-stream';
import { errorFormOf } from './error-forms';
import { Outbox } from './outbox';
import { parseJson, readAs, requireJson } from './reading';
import { refuse } from './refuse';
import { statusOfAnswers, type Answer, type Call, type Route } from './route';
import { serverTiming } from './server-timing';

const outbox = new Outbox();
const NO_BYTES = Buffer.alloc(0);

type Handler = (request: FastifyRequest, reply: FastifyReply) => void;

/** Makes Fastify's handler of a route: context, validation, the call, the answer. Nothing is looked up while it runs. */
export function handlerOf(route: Route, clock: Clock): Handler {
  const form = errorFormOf(route.url);
  const checkAccept = acceptCheck(route.produces ?? JSON_ALONE);
  return (request, reply) => {
    let context: CallContext | undefined;
    const fail = (error: unknown) => refuse(settled(reply, context), error, form);
    const succeed = (answer: Answer) =>
      outbox.put(() => {
        try {
          settled(reply, context);
          if (route.location) reply.code(statusOfAnswers(route)).header('location', route.location(answer));
          send(reply, answer);
        } catch (error) {
          fail(error);
        }
      });
    try {
      checkAccept(request.headers.accept);
      const arrival: Arrival = request.arrival ?? { principal: NOBODY, atMs: clock.now(), route: {} };
      context = arrival.context = new CallContext(request, arrival, { raw: reply.raw, clock });
      const answer = route.handle(callOf(route, request, { arrival, context }));
      if (answer instanceof Promise) answer.then(succeed, fail);
      else succeed(answer);
    } catch (error) {
      fail(error);
    }
  };
}

function callOf(route: Route, { headers, params, query, body }: FastifyRequest, { arrival, context }: { readonly arrival: Arrival; readonly context: CallContext }): Call {
  const bytes = body instanceof Buffer ? body : undefined;
  const readQuery = route.query && readAs(route.query, query);
  return {
    context,
    principal: arrival.principal,
    headers,
    bytes,
    chunks: route.streamsBody ? bodyStream(body, headers) : undefined,
    params: params as Readonly<Record<string, string>>,
    body: route.body && !route.readsBytes ? bodyOf(route, { headers, bytes, query: readQuery }) : undefined,
    query: readQuery,
  };
}

interface SentBody {
  readonly headers: FastifyRequest['headers'];
  readonly bytes: Buffer | undefined;
  readonly query: unknown;
}

function bodyOf({ arrow, anyContentType, body }: Route, { headers, bytes, query }: SentBody): unknown {
  if (arrow && bringsArrow(headers)) return arrow(bytes ?? NO_BYTES, query);
  if (!anyContentType) requireJson(headers, ...(arrow ? [ARROW_TYPE] : []));
  return readAs(body!, parseJson(bytes));
}

function settled(reply: FastifyReply, context: CallContext | undefined): FastifyReply {
  if (!context) return reply;
  context.release();
  const timing = serverTiming(context.timings);
  return timing ? reply.header('server-timing', timing) : reply;
}

function send(reply: FastifyReply, answer: Answer): void {
  if (answer instanceof EventStream) {
    reply.headers({ 'content-type': EVENT_STREAM_TYPE, 'cache-control': 'no-store', 'x-accel-buffering': 'no' }).send(textOf(answer));
    return;
  }
  if (!(answer instanceof Content)) {
    reply.header('content-type', JSON_TYPE).send(JSON.stringify(answer));
    return;
  }
  if (answer.headers) reply.headers(answer.headers);
  reply.header('content-type', answer.type).send(answer.payload);
}
