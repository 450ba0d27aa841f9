/** Texts in; vectors, scores, labels and tokens out, by the models of the registry. */
export { TextModels, type DecodeRequest, type TokenizeRequest } from './lib/text-models';
/** What a model's folder says of it, before it is asked. */
export { type ModelProfile, type ResolveRequest } from './lib/model-profile';
/** One vector a text (Float32Array of the model's width, or of `dimensions`). */
export { type EmbedRequest, type EmbedResult, type TextInput } from './lib/embed';
/** Relevance of documents to a query, 0..1, by a cross-encoder or by similarity. */
export { type RelevanceScore, type RerankRequest, type RerankResult } from './lib/rerank';
/** A probability a label. */
export { type ClassifyInput, type ClassifyRequest, type ClassifyResult } from './lib/classify';
/** Labelled spans and labels of texts of any length, by head. */
export { type AnnotateRequest, type AnnotateResult, type Annotation, type LabelledSpan } from './lib/annotation/annotation';
/** Sentences by rules alone, of any text at once: spans in UTF-16 units, in linear time. `sentencesInSteps` pauses at each mark that ends none. */
export { SENTENCE_RULES, sentencesInSteps, sentencesOf, type SentenceSpan } from './lib/sentences/sentences';
/** Whether the dot behind a word is its own. */
export { ownsItsDot } from './lib/sentences/abbreviations';
/** Texts measured in a model's tokens. */
export { type TokenRuler } from './lib/token-ruler';
/** Port: text to ids and back; offsets are UTF-16 units. */
export { Tokenizer, type Encoding, type Token } from './lib/tokenizer.port';
/** Reads any Hugging Face tokenizer.json; limits are the caller's, the file's own truncation and padding are off. */
export { HuggingFaceTokenizer } from './lib/hugging-face-tokenizer';
/** Opens a model's tokenizer once, however many ask. Throws NoTokenizerError, TokenizerBrokenError. */
export { Tokenizers, type TokenizerSource } from './lib/tokenizers';
/** A long text as overlapping rows of at most `maxTokens`, with offsets. */
export { windowsOf, type TextWindow, type WindowOptions } from './lib/windows';
/** Runs text models against gates: golden answers, accuracy, latency, memory. */
export { TextGateRunner } from './lib/text-gate-runner';
/** What a caller may meet; codes `TEXT.…`. */
export {
  DimensionsError,
  EmptyInputError,
  NoHeadsError,
  NoOffsetsError,
  NoTokenizerError,
  TextTooLargeError,
  TextTooLongError,
  TokenOutOfRangeError,
  TokenizerBrokenError,
  UnknownHeadError,
  WrongTaskError,
  WrongWidthError,
} from './lib/text-models.errors';
/** Options with their defaults (16 open tokenizers), and the Nest face. */
export { textModelsOptionsSchema, type TextModelsOptions } from './lib/text-models.options';
export { TextModelsModule } from './lib/text-models.module';
