/** The options alone: reading them loads no client. */
export { redisOptionsSchema } from './lib/redis.options';
