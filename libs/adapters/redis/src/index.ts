/** The Nest face: offers what replicas share, everywhere. */
export { RedisModule } from './lib/redis.module';
/** Options with their defaults, for parsing an application's configuration. */
export { redisOptionsSchema, type RedisOptions, type RedisSettings } from './lib/redis.options';
/** Vectors that replicas share, in front of them the ones of this process. */
export { RedisResultCache, type RedisResultCacheParts } from './lib/redis-result-cache';
/** Budgets that replicas share; while Redis is away each keeps a count of its own. */
export { RedisReservationLedger, type RedisReservationLedgerParts } from './lib/redis-reservation-ledger';
/** Word of changes to the other replicas. */
export { RedisChangeSignal, type RedisChangeSignalParts } from './lib/redis-change-signal';
/** A client that is asked only while Redis does its work. */
export { RedisConnection, type RedisConnectionParts } from './lib/redis-connection';
export { redisClient, type RedisClient } from './lib/redis-client';
/** What is thrown while Redis is away. */
export { RedisUnavailableError } from './lib/redis.errors';
