/** Every failure a caller may meet; codes `NLP.…`. */
export { TextsTooLargeError } from './lib/nlp-pipeline.errors';
