import { Vectors } from './vectors';

const MAX_SWEEPS = 30;

/** Orthonormal directions, the one with the largest mean square first, as rows. */
export function principalAxes(vectors: Vectors): Vectors {
  const { width } = vectors;
  const matrix = secondMoments(vectors);
  const basis = identity(width);
  for (let sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(matrix, width); sweep++) rotateAll(matrix, basis, width);

  const order = Array.from({ length: width }, (_, index) => index).sort((a, b) => matrix[b * width + b]! - matrix[a * width + a]!);
  const axes = Vectors.zeros(width, width);
  order.forEach((from, to) => axes.row(to).set(basis.subarray(from * width, (from + 1) * width)));
  return axes;
}

/** The vectors' components along the first `width` axes. */
export function project(vectors: Vectors, axes: Vectors, width: number): Vectors {
  const projected = Vectors.zeros(vectors.count, width);
  for (let index = 0; index < vectors.count; index++) {
    const from = vectors.row(index);
    const to = projected.row(index);
    for (let axis = 0; axis < width; axis++) {
      const offset = axis * axes.width;
      let sum = 0;
      for (let component = 0; component < from.length; component++) sum += from[component]! * axes.data[offset + component]!;
      to[axis] = sum;
    }
  }
  return projected;
}

function secondMoments(vectors: Vectors): Float64Array {
  const { width, count } = vectors;
  const moments = new Float64Array(width * width);
  for (const row of vectors.rows()) {
    for (let i = 0; i < width; i++) {
      const value = row[i]! / count;
      for (let j = i; j < width; j++) moments[i * width + j]! += value * row[j]!;
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) moments[i * width + j] = moments[j * width + i]!;
  return moments;
}

function identity(width: number): Float64Array {
  return new Float64Array(width * width).map((_, index) => (index % (width + 1) === 0 ? 1 : 0));
}

function isDiagonal(matrix: Float64Array, width: number): boolean {
  let diagonal = 0;
  let rest = 0;
  matrix.forEach((value, index) => (index % (width + 1) === 0 ? (diagonal += value * value) : (rest += value * value)));
  return rest <= 1e-18 * diagonal;
}

/** One sweep of Jacobi rotations: each makes one entry beside the diagonal zero. */
function rotateAll(matrix: Float64Array, basis: Float64Array, width: number): void {
  for (let p = 0; p < width; p++) {
    for (let q = p + 1; q < width; q++) {
      const entry = matrix[p * width + q]!;
      if (entry === 0) continue;
      const theta = (matrix[q * width + q]! - matrix[p * width + p]!) / (2 * entry);
      const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const cosine = 1 / Math.sqrt(tangent * tangent + 1);
      const rotation = { cosine, sine: tangent * cosine, count: width };
      rotate(matrix, { ...rotation, p, q, stride: width });
      rotate(matrix, { ...rotation, p: p * width, q: q * width, stride: 1 });
      rotate(basis, { ...rotation, p: p * width, q: q * width, stride: 1 });
    }
  }
}

interface Rotation {
  readonly cosine: number;
  readonly sine: number;
  readonly p: number;
  readonly q: number;
  readonly stride: number;
  readonly count: number;
}

function rotate(matrix: Float64Array, { cosine, sine, p, q, stride, count }: Rotation): void {
  for (let index = 0; index < count * stride; index += stride) {
    const a = matrix[p + index]!;
    const b = matrix[q + index]!;
    matrix[p + index] = cosine * a - sine * b;
    matrix[q + index] = sine * a + cosine * b;
  }
}
