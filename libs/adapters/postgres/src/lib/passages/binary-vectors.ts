/** OID of real. */
const REAL = 700;
const HEADER_BYTES = 20;
/** A length before each number. */
const NUMBER_BYTES = 8;

/**
 * Vectors of one width, one after the other, as a value of type real[] in PostgreSQL's binary form (array_send): halves are made of it
 * ten times as fast as of text. Give it as a parameter, and take the n-th by `vectorAt`.
 */
export function binaryVectors(vectors: readonly Float32Array[]): Buffer {
  const count = vectors.reduce((sum, { length }) => sum + length, 0);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + count * NUMBER_BYTES);
  for (const [place, value] of [1, 0, REAL, count, 1].entries()) bytes.writeInt32BE(value, place * 4); // dimensions, no nulls, type, length, first index
  let at = HEADER_BYTES;
  for (const vector of vectors) {
    for (const value of vector) {
      bytes.writeInt32BE(4, at);
      bytes.writeFloatBE(value, at + 4);
      at += NUMBER_BYTES;
    }
  }
  return bytes;
}

/** SQL: the vector at `place` (from 1) of a parameter that holds `binaryVectors`, each as wide as `width`. */
export function vectorAt(parameter: string, place: string, width: string): string {
  return `(${parameter}::real[])[(${place} - 1) * ${width} + 1 : ${place} * ${width}]::halfvec`;
}
