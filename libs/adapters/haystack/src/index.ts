/** Options with their defaults, for parsing an application's configuration. */
export { haystackOptionsSchema, type HaystackOptions, type HaystackSettings } from './lib/haystack.options';
/** The one way to a Hayhooks server, bounded in time and size. */
export { HaystackServer } from './lib/haystack-server';
/** Its pipelines, run by name; and answers that one writes. */
export { HaystackPipelines } from './lib/haystack-pipelines';
export { HaystackAnswerModel } from './lib/haystack-answer-model';
/** The Nest face. */
export { HAYSTACK_ANSWER_MODELS, HaystackModule, type HaystackModuleOptions } from './lib/haystack.module';
/** What a caller may meet; codes `HAYSTACK.…`. */
export { HaystackAnswerError, HaystackRefusedError, HaystackResponseTooLargeError, HaystackUnavailableError } from './lib/haystack.errors';
