/** The options alone: reading them loads no client. */
export { s3OptionsSchema } from './lib/s3/s3.options';
