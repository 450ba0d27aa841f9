import type { RequestContext } from '@cortex/kernel';
import type { TextReader } from '../text-reader';
import type { Tokenizer } from '../tokenizer.port';
import { sentenceEnds } from '../sentences/sentences';
import { WordWindows, type WindowForm, type WordWindow } from './word-windows';
import { wordsOf } from './words';

/** Tokens that are run together: enough for full batches of rows of like length, and so few that two portions of a text of any length are small. */
const PORTION_TOKENS = 16_384;

export interface PlacedWindow {
  /** Index of its text. */
  readonly text: number;
  readonly window: WordWindow;
}

export interface PortionParts {
  readonly texts: readonly string[];
  readonly tokenizer: Tokenizer;
  readonly form: WindowForm;
  readonly reader: TextReader;
  /** Made where the tokenizer gives no offsets. */
  readonly noOffsets: () => Error;
}

/** Reads texts into windows, a bounded portion at a time. */
export class Portions {
  readonly #steps: Iterator<readonly PlacedWindow[]>;

  constructor(private readonly parts: PortionParts) {
    this.#steps = stepsOf(parts);
  }

  /** The next windows in the order of the texts; none when all were read. @throws the signal's reason when the caller left, and for missing offsets */
  async next(context: RequestContext): Promise<readonly PlacedWindow[]> {
    const portion: PlacedWindow[] = [];
    await this.parts.reader.paced(this.#untilFull(), context, (windows) => portion.push(...windows));
    return portion;
  }

  *#untilFull(): Iterable<readonly PlacedWindow[]> {
    for (let tokens = 0; tokens < PORTION_TOKENS; ) {
      const step = this.#steps.next();
      if (step.done) return;
      for (const { window } of step.value) tokens += window.row.ids.length;
      yield step.value;
    }
  }
}

/** A step reads one section of a text, which may complete no window. */
function* stepsOf({ texts, tokenizer, form, noOffsets }: PortionParts): Iterator<readonly PlacedWindow[]> {
  const windows = new WordWindows(tokenizer, form);
  for (const [text, content] of texts.entries()) {
    const placed = (made: Iterable<WordWindow>) => Array.from(made, (window): PlacedWindow => ({ text, window }));
    const hasEnded = form.sentences ? sentenceEnds(content) : () => false;
    for (const words of wordsOf(tokenizer, content)) {
      if (!words) throw noOffsets();
      yield placed(windows.add(words, hasEnded));
    }
    yield placed(windows.finish());
  }
}
