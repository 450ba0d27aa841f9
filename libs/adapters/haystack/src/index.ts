/** Options with their defaults, for parsing an application's configuration. */
export { haystackOptionsSchema, type HaystackOptions, type HaystackSettings } from './lib/haystack.options';
/** Chats with one pipeline of a Hayhooks server, bounded in time and size. */
export { HaystackChat } from './lib/haystack-chat';
/** Answers written by a pipeline. */
export { HaystackAnswerModel } from './lib/haystack-answer-model';
/** What a caller may meet; codes `HAYSTACK.…`. */
export { HaystackAnswerError, HaystackRefusedError, HaystackResponseTooLargeError, HaystackUnavailableError } from './lib/haystack.errors';
