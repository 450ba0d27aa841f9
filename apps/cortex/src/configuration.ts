import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseBytes, parseDurationMs, quote } from '@cortex/kernel';
import { haystackOptionsSchema } from '@cortex/haystack/options';
import { langchainOptionsSchema } from '@cortex/langchain/server';
import type { ObjectStoreOptions } from '@cortex/object-store';
import { s3OptionsSchema } from '@cortex/object-store/options';
import { postgresOptionsSchema } from '@cortex/postgres/options';
import { redisOptionsSchema } from '@cortex/redis/options';
import { z } from 'zod';

const TASKS = ['tensor', 'embed', 'rerank', 'classify', 'token-classify', 'generate'] as const;

const bytes = z.string().transform(reading(parseBytes, 'a size such as 512MiB, 2GB or plain bytes'));
const someBytes = bytes.pipe(z.int().min(1, 'expected a size above 0'));
const duration = z.string().transform(reading(parseDurationMs, 'a duration such as 250ms or 30s'));
const whole = (minimum: number) => z.string().regex(/^\d+$/, 'expected a whole number').transform(Number).pipe(z.int().min(minimum));
const port = whole(0).pipe(z.int().max(65_535));
const defaultModels = z.string().transform((text, context) => {
  const entries = text.split(',').filter(Boolean).map((entry) => entry.split('=').map((part) => part.trim()));
  const known = entries.every(([task, name]) => (TASKS as readonly string[]).includes(task ?? '') && name);
  if (!known) context.addIssue({ code: 'custom', message: `expected task=name[@alias] pairs, the tasks being ${TASKS.join(', ')}` });
  return Object.fromEntries(entries) as Partial<Record<(typeof TASKS)[number], string>>;
});

const HOST = /^(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?$/;
const hosts = z.string().transform((text, context) => {
  const names = text.split(',').map((name) => name.trim()).filter(Boolean);
  if (!names.every((name) => HOST.test(name))) context.addIssue({ code: 'custom', message: 'expected host names, each with *. before it for all names below' });
  return names;
});

const { endpoint, bucket } = s3OptionsSchema.shape;
const redis = redisOptionsSchema.shape;
const langchain = langchainOptionsSchema.shape;
const haystack = haystackOptionsSchema.shape;
const s3Endpoint = z.string().refine((text) => endpoint.safeParse(text).success, 'expected http(s)://host:port or host:port');

/** The environment that Cortex reads, each variable with its default; nothing else in the project looks at it. */
const environmentSchema = z.object({
  CORTEX_HOST: z.string().default('127.0.0.1'),
  CORTEX_PORT: port.default(8700),
  CORTEX_HOME: z.string().default('.cortex'),
  MODEL_DIR: z.string().optional(),
  CACHE_DIR: z.string().optional(),
  LOG_DIR: z.string().optional(),
  CPU_LIMIT: whole(1).optional(),
  CPU_RESERVED: whole(1).optional(),
  MEMORY_LIMIT: someBytes.optional(),
  MEMORY_RESERVED: bytes.optional(),
  MODEL_CACHE_SIZE: someBytes.optional(),
  MAX_BATCH_SIZE: whole(1).default(32),
  MAX_ROWS_PER_REQUEST: whole(1).default(2048),
  MAX_BODY_SIZE: bytes.default(32_000_000),
  DRAIN_TIMEOUT: duration.default(30_000),
  CORTEX_AUTH: z.enum(['on', 'off']).default('on'),
  CORTEX_API_KEY: z.string().min(16, 'expected at least 16 characters').optional(),
  CORTEX_DEFAULT_MODELS: defaultModels.default({}),
  CORTEX_MODEL_HOSTS: hosts.default(['huggingface.co', '*.huggingface.co', '*.hf.co']),
  CORTEX_HUB_URL: z.url({ protocol: /^https?$/, error: 'expected an http or https URL' }).default('https://huggingface.co'),
  CORTEX_HUB_TOKEN: z.string().optional(),
  CORTEX_ALLOW_PRIVATE_SOURCES: z.enum(['off', 'on']).default('off'),
  POSTGRES_URL: postgresOptionsSchema.shape.url,
  REDIS_URL: redis.url,
  REDIS_CLUSTER: z.enum(['off', 'on']).default('off'),
  REDIS_KEY_PREFIX: redis.keyPrefix,
  MINIO_ENDPOINT: s3Endpoint.optional(),
  MINIO_ACCESS_KEY: z.string().optional(),
  MINIO_SECRET_KEY: z.string().optional(),
  MINIO_BUCKET: bucket,
  MINIO_REGION: z.string().optional(),
  MAX_MODEL_BYTES: bytes.default(8_000_000_000),
  LANGCHAIN_MODEL: langchain.model.optional(),
  LANGCHAIN_API_KEY: z.string().optional(),
  LANGCHAIN_BASE_URL: langchain.baseUrl,
  HAYSTACK_HOST: haystack.host.optional(),
  HAYSTACK_PIPELINES: z.string().transform((text) => text.split(',').map((name) => name.trim()).filter(Boolean)).pipe(haystack.pipelines.unwrap()).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  LOG_FORMAT: z.enum(['pretty', 'json']).optional(),
});

type Environment = z.output<typeof environmentSchema>;

/** Named in the contract, served by later versions: setting one now is worth a warning, not silence. */
const PLANNED = ['CORTEX_GRPC_PORT'];
/** What may not be more than which part of what, where both are set. */
const AT_MOST = [
  ['CPU_RESERVED', 1, 'CPU_LIMIT'],
  ['MEMORY_RESERVED', 0.5, 'MEMORY_LIMIT'],
  ['MODEL_CACHE_SIZE', 1, 'MEMORY_LIMIT'],
] as const;
/** What means nothing without the others. */
const TOGETHER = ['MINIO_ENDPOINT', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY'] as const;
const MODEL_CACHE_BYTES = 2e9;
/** Their values are never shown. */
const SECRETS = ['CORTEX_API_KEY', 'CORTEX_HUB_TOKEN', 'POSTGRES_URL', 'REDIS_URL', 'MINIO_ENDPOINT', 'MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY', 'LANGCHAIN_API_KEY', 'LANGCHAIN_BASE_URL', 'HAYSTACK_HOST'];

/** A variable that cannot be read: its name, its value and what is accepted. */
export class ConfigurationError extends Error {}

export type Configuration = ReturnType<typeof readConfiguration>;

/** Parses the environment once. Folders are made absolute. @throws ConfigurationError naming every bad variable */
export function readConfiguration(environment: NodeJS.ProcessEnv, terminal: boolean) {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.map((issue) => complaint(issue, set)).join('\n'));
  const values = parsed.data;
  const contradictions = contradictionsIn(values, set);
  if (contradictions.length > 0) throw new ConfigurationError(contradictions.join('\n'));
  const home = resolve(values.CORTEX_HOME);
  return {
    host: values.CORTEX_HOST,
    port: values.CORTEX_PORT,
    home,
    keyFile: join(home, 'bootstrap.key'),
    modelDir: resolve(values.MODEL_DIR ?? join(home, 'models')),
    cacheDir: resolve(values.CACHE_DIR ?? join(home, 'cache')),
    logDir: values.LOG_DIR === undefined ? undefined : resolve(values.LOG_DIR),
    database: values.POSTGRES_URL === undefined ? { folder: join(home, 'db') } : { url: values.POSTGRES_URL },
    objectStore: objectStoreIn(values, home),
    redis: { url: values.REDIS_URL, cluster: values.REDIS_CLUSTER === 'on', keyPrefix: values.REDIS_KEY_PREFIX },
    ...limitsIn(values),
    maxBatchRows: values.MAX_BATCH_SIZE,
    maxRowsPerRequest: values.MAX_ROWS_PER_REQUEST,
    maxBodyBytes: values.MAX_BODY_SIZE,
    drainTimeoutMs: values.DRAIN_TIMEOUT,
    auth: values.CORTEX_AUTH,
    apiKey: values.CORTEX_API_KEY,
    defaultModels: values.CORTEX_DEFAULT_MODELS,
    modelHosts: values.CORTEX_MODEL_HOSTS,
    hubUrl: values.CORTEX_HUB_URL,
    hubToken: values.CORTEX_HUB_TOKEN,
    allowPrivateSources: values.CORTEX_ALLOW_PRIVATE_SOURCES === 'on',
    maxModelBytes: values.MAX_MODEL_BYTES,
    ...answersIn(values),
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (terminal ? ('pretty' as const) : ('json' as const)),
    ignored: PLANNED.filter((name) => set[name] !== undefined),
  };
}

/** Inference threads and the cores kept for them; the governor's ceiling and floor (undefined: its own default). */
function limitsIn({ CPU_LIMIT, CPU_RESERVED, MEMORY_LIMIT, MEMORY_RESERVED, MODEL_CACHE_SIZE }: Environment) {
  const threads = Math.min(CPU_LIMIT ?? Infinity, availableParallelism());
  return {
    threads,
    reservedCores: Math.min(CPU_RESERVED ?? Infinity, threads),
    memoryLimitBytes: MEMORY_LIMIT,
    memoryReservedBytes: MEMORY_RESERVED,
    modelCacheBytes: MODEL_CACHE_SIZE ?? Math.min(MODEL_CACHE_BYTES, MEMORY_LIMIT ?? Infinity),
  };
}

/** Who may write answers besides Cortex itself; each undefined where it is not set. */
function answersIn({ LANGCHAIN_MODEL, LANGCHAIN_API_KEY, LANGCHAIN_BASE_URL, HAYSTACK_HOST, HAYSTACK_PIPELINES }: Environment) {
  return {
    langchain: LANGCHAIN_MODEL === undefined ? undefined : { model: LANGCHAIN_MODEL, apiKey: LANGCHAIN_API_KEY, baseUrl: LANGCHAIN_BASE_URL },
    haystack: HAYSTACK_HOST === undefined ? undefined : { host: HAYSTACK_HOST, pipelines: HAYSTACK_PIPELINES },
  };
}

/** A folder, or an S3 server where all that it takes is set. */
function objectStoreIn({ MINIO_ENDPOINT, MINIO_ACCESS_KEY, MINIO_SECRET_KEY, MINIO_BUCKET, MINIO_REGION }: Environment, home: string): ObjectStoreOptions {
  if (MINIO_ENDPOINT === undefined || MINIO_ACCESS_KEY === undefined || MINIO_SECRET_KEY === undefined) return { folder: join(home, 'objects') };
  return { s3: { endpoint: MINIO_ENDPOINT, accessKey: MINIO_ACCESS_KEY, secretKey: MINIO_SECRET_KEY, bucket: MINIO_BUCKET, region: MINIO_REGION } };
}

function contradictionsIn(values: Environment, environment: NodeJS.ProcessEnv): string[] {
  const missing = TOGETHER.filter((name) => values[name] === undefined);
  const incomplete = missing.length === TOGETHER.length ? [] : missing.map((name) => `${name} is not set: expected all of ${TOGETHER.join(', ')}, or none`);
  return [...incomplete, ...excessesIn(values, environment)];
}

function excessesIn(values: Environment, environment: NodeJS.ProcessEnv): string[] {
  return AT_MOST.filter(([name, part, limit]) => (values[name] ?? 0) > part * (values[limit] ?? Infinity)).map(
    ([name, part, limit]) => `${name} is '${quote(environment[name])}': expected at most ${part < 1 ? 'half of ' : ''}${limit}, which is '${quote(environment[limit])}'`,
  );
}

function reading(parse: (text: string) => number | undefined, accepted: string) {
  return (text: string, context: z.RefinementCtx<string>): number => {
    const value = parse(text);
    if (value === undefined) context.addIssue({ code: 'custom', message: `expected ${accepted}` });
    return value ?? 0;
  };
}

function complaint({ path, message }: z.core.$ZodIssue, environment: NodeJS.ProcessEnv): string {
  const name = String(path[0]);
  const value = SECRETS.includes(name) ? 'a value that is not shown' : `'${quote(environment[name])}'`;
  return `${name} is ${value}: ${message}`;
}
