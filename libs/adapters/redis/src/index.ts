/** Vectors that replicas share, in front of them the ones of this process. */
export { RedisResultCache, type RedisResultCacheParts } from './lib/redis-result-cache';
/** A client that is asked only while Redis does its work. */
export { RedisConnection, type RedisConnectionParts } from './lib/redis-connection';
export { redisClient, type RedisClient } from './lib/redis-client';
/** What is thrown while Redis is away. */
export { RedisUnavailableError } from './lib/redis.errors';
/** Options with their defaults. */
export { redisOptionsSchema, type RedisOptions, type RedisSettings } from './lib/redis.options';
