/** A file that was checked: not a link, not behind one, not empty. */
export interface PlainFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Moves when the file's size, time or inode does. */
  readonly stamp: string;
}

interface Memory<T> {
  readonly stamp: string;
  readonly answer: Promise<T>;
  /** Set once the answer is there. */
  value?: T;
}

/** Remembers what was learnt from a file as long as its stamp stays; asks once however many ask at the same time. */
export class FileMemo<T> {
  /** By path, the least recently used first; never more than `capacity`. */
  readonly #memories = new Map<string, Memory<T>>();

  constructor(
    private readonly learn: (file: PlainFile) => Promise<T>,
    private readonly capacity = 1_000,
  ) {}

  /** What is known without reading the file. */
  peek(file: PlainFile): T | undefined {
    return this.#find(file)?.value;
  }

  of(file: PlainFile): Promise<T> {
    const memory = this.#find(file) ?? this.#ask(file);
    this.#memories.delete(file.path);
    this.#memories.set(file.path, memory);
    this.#forgetOldest();
    return memory.answer;
  }

  #find(file: PlainFile): Memory<T> | undefined {
    const memory = this.#memories.get(file.path);
    return memory?.stamp === file.stamp ? memory : undefined;
  }

  #ask(file: PlainFile): Memory<T> {
    const memory: Memory<T> = { stamp: file.stamp, answer: this.learn(file) };
    memory.answer.then(
      (value) => (memory.value = value),
      () => this.#forget(file.path, memory), // the caller hears of it; the next one asks anew
    );
    return memory;
  }

  #forget(path: string, memory: Memory<T>): void {
    if (this.#memories.get(path) === memory) this.#memories.delete(path);
  }

  #forgetOldest(): void {
    const [oldest] = this.#memories.keys();
    if (this.#memories.size > this.capacity && oldest !== undefined) this.#memories.delete(oldest);
  }
}
