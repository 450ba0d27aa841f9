/**
 * Who may import whom: the one table behind the lint rule (eslint.config.mjs), the tag check and the boundary spec.
 * A project's tags are `type:<type>` and `scope:<its name here>`; `mayImport` lists scopes.
 */
const core = {
  kernel: [],
  identity: ['kernel'],
  inference: ['kernel'],
  batching: ['kernel'],
  objects: ['kernel'],
  jobs: ['kernel'],
  'resource-governor': ['kernel'],
  'model-registry': ['kernel', 'inference', 'objects', 'jobs'],
  orchestrator: ['kernel', 'inference', 'batching', 'resource-governor', 'model-registry'],
  'text-models': ['kernel', 'inference', 'model-registry', 'orchestrator'],
  'batch-inference': ['kernel', 'inference', 'objects', 'jobs', 'model-registry', 'orchestrator', 'text-models'],
  'nlp-pipeline': ['kernel', 'text-models'],
  query: ['kernel', 'text-models', 'nlp-pipeline', 'objects', 'jobs'],
  analysis: ['kernel', 'text-models', 'nlp-pipeline'],
};

const adapters = {
  host: ['kernel', 'resource-governor'],
  onnx: ['kernel', 'inference'],
  'oip-client': ['kernel', 'inference'],
  langchain: ['kernel', 'inference', 'text-models', 'query'],
  haystack: ['kernel', 'inference', 'text-models', 'query'],
  postgres: ['kernel', 'identity', 'model-registry', 'jobs', 'nlp-pipeline', 'query', 'analysis'],
  redis: ['kernel', 'orchestrator', 'resource-governor', 'analysis'],
  bullmq: ['kernel', 'jobs'],
  'object-store': ['kernel', 'objects'],
  'model-sources': ['kernel', 'model-registry'],
  arrow: ['kernel', 'inference', 'batch-inference'],
  documents: ['kernel', 'query'],
};

const outside = [...Object.keys(core), 'arrow'];
const edges = {
  http: [...outside, 'access'],
  grpc: outside,
  monitoring: outside,
  access: outside,
};

const data = { 'bundled-models': [] };
const everything = [core, adapters, edges, data].flatMap(Object.keys);

const apps = {
  cortex: everything,
  'cortex-e2e': [...everything, 'service-process'],
  console: [],
  'sibling-example': ['kernel', 'model-registry', 'resource-governor', 'orchestrator', 'text-models', 'onnx', 'bundled-models'],
};

const tools = {
  tools: [],
  boundaries: [],
  pack: [],
  docker: [],
  'service-process': ['kernel'],
  evaluation: ['query'],
  train: [...everything, 'evaluation'],
  bench: [...everything, 'service-process', 'evaluation'],
};

/** What a type of project may import at most, whatever its scope says. */
export const types = {
  core: ['core'],
  adapter: ['core'],
  edge: ['core', 'adapter', 'edge'],
  data: [],
  app: ['core', 'adapter', 'edge', 'data', 'tool'],
  tool: ['core', 'adapter', 'edge', 'data', 'tool'],
};

/** @type {Record<string, { type: string, mayImport: string[] }>} by scope */
export const scopes = Object.fromEntries(
  Object.entries({ core, adapter: adapters, edge: edges, data, app: apps, tool: tools }).flatMap(([type, group]) =>
    Object.entries(group).map(([scope, mayImport]) => [scope, { type, mayImport }]),
  ),
);

/** Technology that a core lib must not know: it belongs in an adapter or an edge. */
export const technologies = [
  ...['typeorm', 'pg', 'pg-*', 'pgvector', '@electric-sql/*', 'ioredis', 'redis', 'bullmq', 'minio', '@aws-sdk/*'],
  ...['onnxruntime-*', '@huggingface/transformers', 'apache-arrow', 'protobufjs', '@grpc/*', 'langchain', '@langchain/*', 'openai', 'cohere-ai'],
  ...['fastify', '@fastify/*', 'express', 'undici', 'axios', 'prom-client', '@willsoto/nestjs-prometheus', 'pino', 'pino-*'],
  ...['core', 'platform-*', 'microservices', 'swagger', 'terminus', 'typeorm', 'bullmq', 'websockets', 'config'].map((name) => `@nestjs/${name}`),
];

/** The table in the words of `@nx/enforce-module-boundaries`. */
export const depConstraints = [
  ...Object.entries(types).map(([type, targets]) => ({
    sourceTag: `type:${type}`,
    onlyDependOnLibsWithTags: targets.map((target) => `type:${target}`),
    ...(type === 'core' && { bannedExternalImports: technologies }),
  })),
  ...Object.entries(scopes).map(([scope, { mayImport }]) => ({
    sourceTag: `scope:${scope}`,
    onlyDependOnLibsWithTags: mayImport.map((target) => `scope:${target}`),
  })),
];
