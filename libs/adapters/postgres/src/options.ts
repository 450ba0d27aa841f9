/** The options alone: reading them loads no driver. */
export { postgresOptionsSchema } from './lib/postgres.options';
