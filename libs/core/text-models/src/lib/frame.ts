import type { TokenizerLibrary } from './tokenizer-library';

type Slot = { readonly typeId: number } & ({ readonly id: number } | { readonly sequence: 0 | 1 });

/** What no text contains, in the places of the texts, so that the library's template shows itself. */
const PLACEHOLDERS = ['\u0000first', '\u0000second'] as const;

/** The special tokens around one text or two, as the tokenizer's template puts them. */
export class Frame {
  /** How many special tokens it adds. */
  readonly size: number;
  readonly #slots: readonly Slot[];

  constructor(library: TokenizerLibrary, texts: 1 | 2) {
    this.#slots = slotsOf(library, texts);
    this.size = this.#slots.filter((slot) => 'id' in slot).length;
  }

  /** Special tokens before the first text. */
  get leading(): number {
    return this.#slots.findIndex((slot) => 'sequence' in slot);
  }

  fill(...sequences: (readonly number[])[]): { readonly ids: Int32Array; readonly typeIds: Int32Array } {
    const length = sequences.reduce((sum, sequence) => sum + sequence.length, this.size);
    const ids = new Int32Array(length);
    const typeIds = new Int32Array(length);
    let at = 0;
    for (const slot of this.#slots) {
      const part = 'id' in slot ? [slot.id] : sequences[slot.sequence]!;
      ids.set(part, at);
      if (slot.typeId !== 0) typeIds.fill(slot.typeId, at, at + part.length);
      at += part.length;
    }
    return { ids, typeIds };
  }
}

function slotsOf(library: TokenizerLibrary, texts: 1 | 2): Slot[] {
  const [first, second] = PLACEHOLDERS;
  const processor = library.post_processor;
  const framed = processor?.post_process([first], texts === 2 ? [second] : null, true) ?? { tokens: [] };
  // RoBERTa knows one type; the library gives two here, unlike Hugging Face's own.
  const typeIds = processor?.config.type === 'RobertaProcessing' ? [] : (framed.token_type_ids ?? []);
  const slots = framed.tokens.map((token, index) => slotOf(token, typeIds[index] ?? 0, library));
  for (let sequence = 0; sequence < texts; sequence++) {
    // A template that says nothing of a text puts it at the end.
    if (!slots.some((slot) => 'sequence' in slot && slot.sequence === sequence)) slots.push({ sequence: sequence as 0 | 1, typeId: 0 });
  }
  return slots;
}

function slotOf(token: string, typeId: number, library: TokenizerLibrary): Slot {
  if (token === PLACEHOLDERS[0]) return { sequence: 0, typeId };
  if (token === PLACEHOLDERS[1]) return { sequence: 1, typeId };
  const id = library.token_to_id(token);
  if (id === undefined) throw new Error(`the template's special token ${token} is not in the vocabulary`);
  return { id, typeId };
}

/**
 * How many tokens of two texts fit into `room`: the longer one is cut first, then both to the half, the odd token to the second.
 * As Hugging Face's `longest_first`, save that where both are above the room by themselves it gives the odd token to the longer.
 */
export function longestFirst(first: number, second: number, room: number): readonly [number, number] {
  if (first + second <= room) return [first, second];
  const half = Math.floor(room / 2);
  if (first <= half) return [first, room - first];
  if (second <= half) return [room - second, second];
  return first > second && second <= room ? [room - half, half] : [half, room - half];
}
