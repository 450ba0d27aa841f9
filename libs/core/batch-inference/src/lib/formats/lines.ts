import { isUtf8 } from 'node:buffer';

/** One line of a text file, without what ends it. */
export interface Line {
  /** Absent where it is longer than a line may be, or not UTF-8. */
  readonly text?: string;
  readonly flaw?: string;
  /** Where the next line begins. */
  readonly end: number;
}

const NEWLINE = 0x0a;

/** Tells the lines of chunks apart. It keeps at most the longest line, whatever is sent. */
export class Lines {
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** Where the line begins that is not whole yet. */
  #start: number;

  constructor(start: number, private readonly longest: number) {
    this.#start = start;
  }

  /** The lines that end in the next chunk. */
  *in(chunk: Uint8Array): Generator<Line> {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      yield this.#line(chunk.subarray(from, to), 1);
      from = to + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  /** What is left when there is no more: a last line that nothing ends. */
  *last(): Generator<Line> {
    if (this.#keptBytes > 0) yield this.#line(new Uint8Array(0), 0);
  }

  #keep(piece: Uint8Array): void {
    this.#keptBytes += piece.length;
    if (this.#keptBytes > this.longest) this.#kept = [];
    else if (piece.length > 0) this.#kept.push(piece);
  }

  #line(piece: Uint8Array, terminator: number): Line {
    const bytes = this.#keptBytes + piece.length;
    const end = this.#start + bytes + terminator;
    const whole = bytes > this.longest ? undefined : this.#keptBytes > 0 ? Buffer.concat([...this.#kept, piece]) : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    this.#kept = [];
    this.#keptBytes = 0;
    this.#start = end;
    if (!whole) return { flaw: `the line has ${bytes} bytes, at most ${this.longest} are read`, end };
    return isUtf8(whole) ? { text: whole.toString(), end } : { flaw: 'the line is not UTF-8', end };
  }
}
