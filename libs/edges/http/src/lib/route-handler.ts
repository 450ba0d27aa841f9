import { Timings, type Clock, type RequestContext } from '@cortex/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NOBODY, type Arrival } from './arrival';
import { CallerSignal } from './caller-signal';
import { Content } from './content';
import { errorFormOf } from './error-forms';
import { parseJson, readAs, requireJson } from './reading';
import { refuse } from './refuse';
import { cachePolicyOf, deadlineOf, priorityOf } from './request-headers';
import type { Answer, Call, Route } from './route';
import { serverTiming } from './server-timing';

type Handler = (request: FastifyRequest, reply: FastifyReply) => void;

/** Makes Fastify's handler of a route: context, validation, the call, the answer. One straight line, nothing is looked up. */
export function handlerOf(route: Route, clock: Clock): Handler {
  const form = errorFormOf(route.url);
  return (request, reply) => {
    let caller: CallerSignal | undefined;
    let context: RequestContext | undefined;
    const fail = (error: unknown) => {
      caller?.release();
      refuse(withTimings(reply, context), error, form);
    };
    const succeed = (answer: Answer) => {
      caller?.release();
      send(withTimings(reply, context), answer);
    };
    try {
      const arrival = request.arrival ?? { principal: NOBODY, atMs: clock.now() };
      const afterMs = deadlineOf(request.headers);
      const deadline = afterMs === undefined ? undefined : { afterMs, atMs: arrival.atMs + afterMs };
      caller = new CallerSignal(reply.raw, clock, deadline);
      context = contextOf(request, arrival, caller, deadline?.atMs ?? Infinity);
      const answer = route.handle(callOf(route, request, arrival, context));
      if (answer instanceof Promise) answer.then(succeed).catch(fail);
      else succeed(answer);
    } catch (error) {
      fail(error);
    }
  };
}

function callOf(route: Route, request: FastifyRequest, { principal }: Arrival, context: RequestContext): Call {
  const { headers } = request;
  const bytes = request.body instanceof Buffer ? request.body : undefined;
  return {
    context,
    principal,
    headers,
    bytes,
    params: request.params as Readonly<Record<string, string>>,
    body: route.body && !route.readsBytes ? bodyOf(route, headers, bytes) : undefined,
    query: route.query && readAs(route.query, request.query),
  };
}

function bodyOf(route: Route, headers: FastifyRequest['headers'], bytes: Buffer | undefined): unknown {
  if (!route.anyContentType) requireJson(headers);
  return readAs(route.body!, parseJson(bytes));
}

/** `signal` is an own accessor: it costs nothing unless it is read, and survives a spread. */
function contextOf({ id, headers }: FastifyRequest, { principal }: Arrival, caller: CallerSignal, deadlineMs: number): RequestContext {
  return {
    id,
    tenant: principal.tenant,
    priority: priorityOf(headers, principal.maxPriority),
    deadlineMs,
    cache: cachePolicyOf(headers),
    timings: new Timings(),
    get signal() {
      return caller.signal;
    },
  };
}

function withTimings(reply: FastifyReply, context: RequestContext | undefined): FastifyReply {
  const timing = context && serverTiming(context.timings);
  return timing ? reply.header('server-timing', timing) : reply;
}

function send(reply: FastifyReply, answer: Answer): void {
  if (!(answer instanceof Content)) {
    reply.header('content-type', 'application/json').send(JSON.stringify(answer));
    return;
  }
  if (answer.headers) reply.headers(answer.headers);
  reply.header('content-type', answer.type).send(answer.payload);
}
