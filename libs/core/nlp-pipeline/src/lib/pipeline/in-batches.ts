/** Texts of one batch: enough to fill the encoder's batches, little enough to answer soon. */
const TEXTS = 128;
const CHARACTERS = 256 * 1024;

/** Batches of at most 128 texts, ended by the text that brings them to 256 Ki characters. */
export async function* inBatches(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  let characters = 0;
  for await (const text of texts) {
    batch.push(text);
    characters += text.length;
    if (batch.length < TEXTS && characters < CHARACTERS) continue;
    yield batch;
    [batch, characters] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}
