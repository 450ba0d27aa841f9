import { isAbsolute } from 'node:path';
import { ConfigurationError, readConfiguration } from './configuration';

const read = (environment: NodeJS.ProcessEnv) => readConfiguration(environment, false);

describe('readConfiguration', () => {
  it('needs nothing set', () => {
    expect(read({})).toMatchObject({ host: '127.0.0.1', port: 8700, maxBatchRows: 32, maxBodyBytes: 32_000_000, auth: 'on', logFormat: 'json', ignored: [] });
    expect(isAbsolute(read({}).modelDir)).toBe(true);
    expect(readConfiguration({}, true).logFormat).toBe('pretty');
  });

  it('reads sizes, durations, numbers and default models', () => {
    const configuration = read({ MAX_BODY_SIZE: '1MiB', DRAIN_TIMEOUT: '250ms', MAX_BATCH_SIZE: '8', CORTEX_DEFAULT_MODELS: 'embed=a@stable, rerank=b,token-classify=c' });
    expect(configuration).toMatchObject({ maxBodyBytes: 1_048_576, drainTimeoutMs: 250, maxBatchRows: 8, defaultModels: { embed: 'a@stable', rerank: 'b', 'token-classify': 'c' } });
  });

  it('reads where models may come from', () => {
    expect(read({})).toMatchObject({ modelHosts: ['huggingface.co', '*.huggingface.co', '*.hf.co'], hubUrl: 'https://huggingface.co', allowPrivateSources: false, maxModelBytes: 8_000_000_000 });
    const configuration = read({ CORTEX_MODEL_HOSTS: 'mirror.example, *.cdn.example', CORTEX_HUB_URL: 'http://mirror.example', CORTEX_ALLOW_PRIVATE_SOURCES: 'on', MAX_MODEL_BYTES: '2GB' });
    expect(configuration).toMatchObject({ modelHosts: ['mirror.example', '*.cdn.example'], hubUrl: 'http://mirror.example', allowPrivateSources: true, maxModelBytes: 2_000_000_000 });
  });

  describe('the object store', () => {
    const s3 = { MINIO_ENDPOINT: 'http://minio.example:9000', MINIO_ACCESS_KEY: 'an-access-key', MINIO_SECRET_KEY: 'a-secret-key' };

    it('is a folder, unless an S3 server is set', () => {
      expect(read({ CORTEX_HOME: '/home/cortex' }).objectStore).toEqual({ folder: '/home/cortex/objects' });
      expect(read(s3).objectStore).toEqual({ s3: { endpoint: 'http://minio.example:9000', accessKey: 'an-access-key', secretKey: 'a-secret-key', bucket: 'cortex', region: undefined } });
      expect(read({ ...s3, MINIO_ENDPOINT: 'minio:9000', MINIO_BUCKET: 'mine', MINIO_REGION: 'eu-west-1' }).objectStore).toMatchObject({ s3: { endpoint: 'minio:9000', bucket: 'mine', region: 'eu-west-1' } });
    });

    it.each(Object.keys(s3))('is refused without %s', (name) => {
      const incomplete = () => read({ ...s3, [name]: undefined });
      expect(incomplete).toThrow(new RegExp(`^${name} is not set: expected all of MINIO_ENDPOINT, MINIO_ACCESS_KEY, MINIO_SECRET_KEY, or none$`));
      expect(incomplete).not.toThrow(/a-secret-key|an-access-key/);
    });

    it('never shows what an address carries', () => {
      const refused = () => read({ ...s3, MINIO_ENDPOINT: 'http://user:hidden@minio:9000' });
      expect(refused).toThrow(/^MINIO_ENDPOINT is a value that is not shown: expected http\(s\):\/\/host:port or host:port$/);
      expect(() => read({ ...s3, MINIO_BUCKET: 'A_B' })).toThrow(/^MINIO_BUCKET is 'A_B': expected a bucket name/);
    });
  });

  it('reads where Redis is, and never shows it', () => {
    expect(read({}).redis).toEqual({ url: undefined, cluster: false, keyPrefix: 'cortex' });
    expect(read({ REDIS_URL: 'rediss://:hidden@redis:6379/2', REDIS_CLUSTER: 'on', REDIS_KEY_PREFIX: 'staging' }).redis).toEqual({ url: 'rediss://:hidden@redis:6379/2', cluster: true, keyPrefix: 'staging' });
    expect(() => read({ REDIS_URL: 'http://:hidden@redis' })).toThrow(/^REDIS_URL is a value that is not shown: expected a redis:\/\/ or rediss:\/\/ URL$/);
    expect(() => read({ REDIS_KEY_PREFIX: 'a{b}' })).toThrow(/^REDIS_KEY_PREFIX is 'a{b}': expected letters, digits/);
  });

  it('keeps everything in its home unless it is given a database', () => {
    expect(read({ CORTEX_HOME: '/h' }).database).toEqual({ folder: '/h/db' });
    expect(read({ POSTGRES_URL: 'postgres://me:secret@db/cortex' }).database).toEqual({ url: 'postgres://me:secret@db/cortex' });
    expect(() => read({ POSTGRES_URL: 'mysql://me:secret@db' })).toThrow(/^POSTGRES_URL is a value that is not shown: expected postgres:/);
  });

  it('takes an empty variable for an absent one', () => expect(read({ CORTEX_PORT: '' }).port).toBe(8700));

  it('never uses more threads than the machine has cores', () => {
    expect(read({ CPU_LIMIT: '1' }).threads).toBe(1);
    expect(read({ CPU_LIMIT: '100000' }).threads).toBeLessThan(100_000);
  });

  it('reads the governor\'s ceiling and floor, and leaves to the machine what is not set', () => {
    expect(read({})).toMatchObject({ memoryLimitBytes: undefined, memoryReservedBytes: undefined, modelCacheBytes: 2e9 });
    expect(read({ MEMORY_LIMIT: '3GB' })).toMatchObject({ memoryLimitBytes: 3e9, memoryReservedBytes: undefined, modelCacheBytes: 2e9 });
    expect(read({ MEMORY_LIMIT: '3GB', MEMORY_RESERVED: '1500MB', MODEL_CACHE_SIZE: '3GB' })).toMatchObject({ memoryReservedBytes: 1.5e9, modelCacheBytes: 3e9 });
    expect(read({ MEMORY_RESERVED: '512MiB' })).toMatchObject({ memoryLimitBytes: undefined, memoryReservedBytes: 2 ** 29 });
  });

  it('keeps no more for loaded models than the memory limit, unless asked to', () => expect(read({ MEMORY_LIMIT: '1GB' }).modelCacheBytes).toBe(1e9));

  it('reserves all inference threads by default, and never more cores than there are threads', () => {
    expect(read({}).reservedCores).toBe(read({}).threads);
    expect(read({ CPU_LIMIT: '1' }).reservedCores).toBe(1);
    expect(read({ CPU_RESERVED: '1' }).reservedCores).toBe(1);
    expect(read({ CPU_LIMIT: '100000', CPU_RESERVED: '99999' }).reservedCores).toBe(read({}).threads);
  });

  it.each([
    [{ CPU_LIMIT: '2', CPU_RESERVED: '3' }, /^CPU_RESERVED is '3': expected at most CPU_LIMIT, which is '2'$/],
    [{ MEMORY_LIMIT: '2GB', MEMORY_RESERVED: '2GiB' }, /^MEMORY_RESERVED is '2GiB': expected at most half of MEMORY_LIMIT, which is '2GB'$/],
    [{ MEMORY_LIMIT: '1GB', MODEL_CACHE_SIZE: '2GB' }, /^MODEL_CACHE_SIZE is '2GB': expected at most MEMORY_LIMIT, which is '1GB'$/],
    [{ MEMORY_LIMIT: '1', MEMORY_RESERVED: '2', MODEL_CACHE_SIZE: '3' }, /MEMORY_RESERVED[\s\S]*MODEL_CACHE_SIZE/],
  ])('refuses the contradiction in %p', (environment, message) => {
    expect(() => read(environment)).toThrow(ConfigurationError);
    expect(() => read(environment)).toThrow(message);
  });

  it.each([
    [{ CORTEX_PORT: '70000' }, /CORTEX_PORT is '70000'/],
    [{ CORTEX_PORT: 'abc' }, /CORTEX_PORT is 'abc': expected a whole number/],
    [{ MAX_BODY_SIZE: '12 apples' }, /MAX_BODY_SIZE is '12 apples': expected a size such as/],
    [{ DRAIN_TIMEOUT: '30' }, /DRAIN_TIMEOUT is '30': expected a duration/],
    [{ CORTEX_AUTH: 'maybe' }, /CORTEX_AUTH is 'maybe'.*on.*off/],
    [{ CORTEX_DEFAULT_MODELS: 'sing=a' }, /CORTEX_DEFAULT_MODELS is 'sing=a'/],
    [{ CPU_LIMIT: '0' }, /CPU_LIMIT is '0'/],
    [{ CPU_RESERVED: '1.5' }, /CPU_RESERVED is '1.5': expected a whole number/],
    [{ MEMORY_LIMIT: '0' }, /MEMORY_LIMIT is '0': expected a size above 0/],
    [{ MEMORY_LIMIT: 'lots' }, /MEMORY_LIMIT is 'lots': expected a size such as/],
    [{ MODEL_CACHE_SIZE: '0' }, /MODEL_CACHE_SIZE is '0': expected a size above 0/],
    [{ CORTEX_MODEL_HOSTS: 'https://x' }, /CORTEX_MODEL_HOSTS is 'https:\/\/x': expected host names/],
    [{ CORTEX_HUB_URL: 'x' }, /CORTEX_HUB_URL is 'x': expected an http or https URL/],
  ])('refuses %p with the name, the value and what is accepted', (environment, message) => {
    expect(() => read(environment)).toThrow(ConfigurationError);
    expect(() => read(environment)).toThrow(message);
  });

  it('names every bad variable at once and never shows a secret', () => {
    const both = () => read({ CORTEX_API_KEY: 'short-secret', CORTEX_PORT: 'x' });
    expect(both).toThrow(/CORTEX_API_KEY[\s\S]*CORTEX_PORT|CORTEX_PORT[\s\S]*CORTEX_API_KEY/);
    expect(both).not.toThrow(/short-secret/);
  });

  it('names the variables that this version does not use', () => expect(read({ CORTEX_GRPC_PORT: '1' }).ignored).toEqual(['CORTEX_GRPC_PORT']));

  it('reads who may write answers', () => {
    expect(read({ LANGCHAIN_API_KEY: 'x' })).toMatchObject({ langchain: undefined, haystack: undefined });
    expect(read({ LANGCHAIN_MODEL: 'openai:gpt-4o-mini', LANGCHAIN_API_KEY: 'x' }).langchain).toEqual({ model: 'openai:gpt-4o-mini', apiKey: 'x', baseUrl: undefined });
    expect(read({ HAYSTACK_HOST: 'http://127.0.0.1:1416', HAYSTACK_PIPELINES: 'qa, find' }).haystack).toEqual({ host: 'http://127.0.0.1:1416', pipelines: ['qa', 'find'] });
  });

  it.each([
    [{ LANGCHAIN_MODEL: 'gpt-4o' }, /LANGCHAIN_MODEL is 'gpt-4o': expected provider:model/],
    [{ LANGCHAIN_MODEL: 'openai:x', LANGCHAIN_BASE_URL: 'x' }, /LANGCHAIN_BASE_URL is a value that is not shown: expected an http or https URL/],
    [{ HAYSTACK_HOST: 'ftp://x' }, /HAYSTACK_HOST is a value that is not shown: expected an http or https URL/],
    [{ HAYSTACK_PIPELINES: '../status' }, /HAYSTACK_PIPELINES is '..\/status': expected names of pipelines/],
  ])('refuses %p', (environment, message) => expect(() => read(environment)).toThrow(message));
});
