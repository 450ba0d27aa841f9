/** Longer keys are cut, and of long paths the end is kept, so that no text is much longer than its document. */
const MAX_KEY = 100;
const MAX_PATH = 200;

interface Frame {
  readonly isArray: boolean;
  readonly label: string;
  /** Of the member that is read now. */
  key: string;
  /** How many values were before. */
  count: number;
}

/** Where one is in a JSON value, and how that is called. */
export class JsonPath {
  readonly #frames: Frame[] = [];

  /** 0 at the root. */
  get depth(): number {
    return this.#frames.length;
  }

  isArrayAt(depth: number): boolean {
    return this.#frames[depth]?.isArray ?? false;
  }

  enter(isArray: boolean): void {
    this.#frames.push({ isArray, label: this.#labelOfContainer(), key: '', count: 0 });
  }

  leave(): void {
    this.#frames.pop();
  }

  set key(key: string) {
    this.#frames.at(-1)!.key = key.slice(0, MAX_KEY);
  }

  /** A value ended. */
  passValue(): void {
    const frame = this.#frames.at(-1);
    if (frame) frame.count += 1;
  }

  /** Of a scalar: those of one array share their label. */
  get label(): string {
    const frame = this.#frames.at(-1);
    if (!frame) return '';
    return frame.isArray ? frame.label : joined(frame.label, frame.key);
  }

  /** The elements of the outermost array are not counted: each is a record. */
  #labelOfContainer(): string {
    const frame = this.#frames.at(-1);
    if (!frame?.isArray) return this.label;
    return this.depth === 1 ? '' : shortened(`${frame.label}[${frame.count}]`);
  }
}

function joined(label: string, key: string): string {
  return label === '' ? key : shortened(`${label}.${key}`);
}

function shortened(label: string): string {
  return label.length > MAX_PATH ? `…${label.slice(1 - MAX_PATH)}` : label;
}
