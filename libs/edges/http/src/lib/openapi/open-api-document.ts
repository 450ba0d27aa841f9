import { z, type ZodType } from 'zod';
import { JSON_ALONE } from '../acceptance';
import { ARROW_TYPE, BINARY_TYPE } from '../content';
import { errorContentType, errorFormOf, type ErrorForm } from '../error-forms';
import { schemaNames } from '../named';
import { EVENT_STREAM_TYPE } from '../event-stream';
import { statusOfAnswers, type Route } from '../route';

/** The routes of one protocol, under its name. */
export interface RouteGroup {
  readonly name: string;
  readonly routes: readonly Route[];
}

/** Operations that stand in no table, such as those of Nest controllers: part of an OpenAPI document. */
export interface Operations {
  readonly paths?: object;
  readonly components?: { readonly schemas?: object };
}

type Json = Readonly<Record<string, unknown>>;

const BINARY = { schema: { type: 'string', format: 'binary', description: 'JSON, then tensors: binary tensor extension' } };
const ARROW = { schema: { type: 'string', format: 'binary', description: 'Arrow IPC stream' } };
const BYTES = { schema: { type: 'string', format: 'binary' } };
const EVENTS = { schema: { type: 'string', description: 'Server-Sent Events; the data of each is JSON' } };
const LOCATION = { schema: { type: 'string' }, description: 'Where to ask how it gets on' };
/** What the rest of a path is called. */
const REST = 'path';
const SECURITY = [{ bearer: [] }, { apiKey: [] }];
const COMMON_HEADERS = [
  header('x-request-id', { type: 'string' }, 'Echoed; made when absent'),
  header('traceparent', { type: 'string' }, 'W3C Trace Context; its trace id stands in the log'),
  header('x-cortex-priority', { type: 'string', enum: ['critical', 'high', 'medium', 'low'], default: 'medium' }, 'Lowered to what the key allows'),
  header('x-cortex-deadline-ms', { type: 'integer', minimum: 1 }, 'Not run when it cannot start within it'),
  header('cache-control', { type: 'string', enum: ['no-cache', 'no-store'] }, 'no-cache refreshes the caches, no-store passes them by'),
];

/** The OpenAPI 3.1 document, made from the same tables that routes are registered from. */
export function openApiDocument(groups: readonly RouteGroup[], version: string, beside: Operations = {}): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { name, routes } of groups) {
    for (const route of routes.filter(({ hidden }) => !hidden)) (paths[pathOf(route)] ??= {})[route.method.toLowerCase()] = operation(name, route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Datapunk Cortex', version, description: 'Runs models, understands text: one server, the protocols of many, for the same models.' },
    servers: [{ url: '/' }],
    security: SECURITY,
    tags: groups.map(({ name }) => ({ name })),
    paths: { ...beside.paths, ...paths },
    components: {
      schemas: { ...beside.components?.schemas, ...schemasOf('input'), ...schemasOf('output'), ...ERROR_SCHEMAS },
      headers: { RequestId: { schema: { type: 'string' }, description: 'The id of this request' }, ServerTiming: { schema: { type: 'string' }, description: 'What the request went through' } },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
    },
  };
}

function operation(tag: string, route: Route): Json {
  const form = errorFormOf(route.url);
  return {
    tags: [tag],
    summary: route.summary,
    operationId: operationId(route),
    parameters: [...pathParameters(route), ...queryParameters(route), ...(route.scope === 'public' ? [] : COMMON_HEADERS)],
    ...(route.body && { requestBody: requestBody(route, route.body) }),
    ...(route.streamsBody && !route.body && { requestBody: { required: true, content: { [BINARY_TYPE]: BYTES } } }),
    responses: {
      [statusOfAnswers(route)]: answered(route),
      default: { description: 'Refused', headers: responseHeaders(), content: { [errorContentType(form)]: { schema: { $ref: `#/components/schemas/${ERROR_NAMES[form]}` } } } },
    },
    ...(route.scope === 'public' ? { security: [] } : { 'x-cortex-scope': route.scope }),
  };
}

function answered(route: Route): Json {
  const headers = { ...responseHeaders(), ...(route.location && { location: LOCATION }) };
  return { description: route.location ? 'Begun' : 'Answered', headers, content: answers(route) };
}

function answers({ produces = JSON_ALONE, response }: Route): Json {
  return Object.fromEntries(produces.map((type) => [type, answerOf(type, response)]));
}

function answerOf(type: string, response: ZodType): Json {
  if (type === BINARY_TYPE) return BINARY;
  if (type === ARROW_TYPE) return ARROW;
  return type === EVENT_STREAM_TYPE ? EVENTS : { schema: reference(response) };
}

function requestBody(route: Route, body: ZodType): Json {
  const json = { schema: reference(body), ...(route.example.body !== undefined && { example: route.example.body }) };
  const others = Object.fromEntries((route.consumes ?? []).map((type) => [type, bodyOf(type)]));
  return { required: !body.safeParse(undefined).success, content: { 'application/json': json, ...others } };
}

function bodyOf(type: string): Json {
  if (type === BINARY_TYPE) return BINARY;
  return type === ARROW_TYPE ? ARROW : BYTES;
}

function pathParameters({ url, example }: Route): readonly Json[] {
  return Array.from(url.matchAll(/:(\w+)|\*$/g), ([mark, name = REST]) => ({
    name, in: 'path', required: true, schema: { type: 'string' }, example: example.params?.[mark === '*' ? mark : name],
    ...(name === 'model' && { description: 'name[@version|@alias][+variant]' }),
  }));
}

function queryParameters({ query }: Route): readonly Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

function header(name: string, schema: Json, description: string): Json {
  return { name, in: 'header', required: false, schema, description };
}

function responseHeaders(): Json {
  return { 'x-request-id': { $ref: '#/components/headers/RequestId' }, 'server-timing': { $ref: '#/components/headers/ServerTiming' } };
}

function reference(schema: ZodType): Json {
  const name = schemaNames.get(schema)?.id;
  if (!name) throw new Error('a schema of a route has no name: wrap it in named(). This is a bug.');
  return { $ref: `#/components/schemas/${name}` };
}

/** Names of requests end in Request: they are shown as they are sent, the rest as it is answered. */
function schemasOf(io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(schemaNames, { uri: (id) => `#/components/schemas/${id}`, io });
  const wanted = Object.entries(schemas).filter(([name]) => name.endsWith('Request') === (io === 'input'));
  return Object.fromEntries(wanted.map(([name, { $id: _id, $schema: _schema, ...schema }]) => [name, schema]));
}

function pathOf({ url }: Route): string {
  return url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, `{${REST}}`);
}

function operationId({ method, url }: Route): string {
  const words = url.replace(/:/g, 'by_').split(/[^A-Za-z0-9]+/).filter(Boolean);
  return [method.toLowerCase(), ...words].join('_');
}

const ERROR_NAMES: Readonly<Record<ErrorForm, string>> = {
  'open-inference': 'OpenInferenceError', openai: 'OpenAiError', 'text-embeddings-inference': 'TeiError', cohere: 'CohereError', jina: 'JinaError', presidio: 'PresidioError', problem: 'Problem',
};

const string = { type: 'string' };
const ERROR_SCHEMAS: Readonly<Record<string, Json>> = {
  OpenInferenceError: object({ error: string }),
  OpenAiError: object({ error: object({ message: string, type: string, param: { type: ['string', 'null'] }, code: string }) }),
  TeiError: object({ error: string, error_type: { type: 'string', enum: ['Unhealthy', 'Backend', 'Overloaded', 'Validation', 'Tokenizer'] } }),
  CohereError: object({ message: string }),
  JinaError: object({ detail: string }),
  PresidioError: object({ error: string }),
  Problem: object({ type: string, title: string, status: { type: 'integer' }, detail: string, code: string, instance: string }),
};

function object(properties: Readonly<Record<string, Json>>): Json {
  return { type: 'object', properties, required: Object.keys(properties) };
}
