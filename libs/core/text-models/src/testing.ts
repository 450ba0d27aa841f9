/** A small BERT tokenizer over words of one's own, as the content of a tokenizer.json and opened. */
export { tinyTokenizer, tinyTokenizerFile, type TinyTokenizerOptions } from './lib/testing/tiny-tokenizer';
/** Vectors, labels and names without a model, the same every time. */
export { FakeTextModels, FakeRefusal, type AskedTexts } from './lib/testing/fake-text-models';
