/** The options alone: reading them loads no client. */
export { haystackOptionsSchema } from './lib/haystack.options';
