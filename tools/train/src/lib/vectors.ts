/** Vectors of one width in one array, a row each. */
export class Vectors {
  constructor(
    readonly width: number,
    readonly data: Float32Array,
  ) {}

  static zeros(count: number, width: number): Vectors {
    return new Vectors(width, new Float32Array(count * width));
  }

  static concat(parts: readonly Vectors[]): Vectors {
    const width = parts[0]?.width ?? 0;
    const all = Vectors.zeros(parts.reduce((sum, part) => sum + part.count, 0), width);
    let offset = 0;
    for (const { data } of parts) {
      all.data.set(data, offset);
      offset += data.length;
    }
    return all;
  }

  get count(): number {
    return this.data.length / this.width;
  }

  /** A view, not a copy. */
  row(index: number): Float32Array {
    return this.data.subarray(index * this.width, (index + 1) * this.width);
  }

  /** Views of the first components, for models whose components stand in the order of their variance. */
  *rows(width = this.width): Generator<Float32Array> {
    for (let index = 0; index < this.count; index++) yield this.row(index).subarray(0, width);
  }
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

/** 0 where one of them is a zero vector. */
export function cosine(a: Float32Array, b: Float32Array): number {
  return dot(a, b) / Math.max(Math.sqrt(dot(a, a) * dot(b, b)), 1e-12);
}

/** In place, to length 1; a zero vector stays zero. */
export function normalize(vectors: Vectors): Vectors {
  for (const row of vectors.rows()) {
    const scale = 1 / Math.max(Math.sqrt(dot(row, row)), 1e-12);
    for (let index = 0; index < row.length; index++) row[index]! *= scale;
  }
  return vectors;
}

export function meanOf(vectors: Vectors): Float64Array {
  const mean = new Float64Array(vectors.width);
  for (const row of vectors.rows()) row.forEach((value, index) => (mean[index]! += value / vectors.count));
  return mean;
}

/** In place: every row minus `shift`. */
export function subtract(vectors: Vectors, shift: Float64Array): Vectors {
  for (const row of vectors.rows()) for (let index = 0; index < row.length; index++) row[index]! -= shift[index]!;
  return vectors;
}
