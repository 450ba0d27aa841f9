import { principalAxes, project } from './principal-axes';
import { Random } from './random';
import { dot, Vectors } from './vectors';

const cloud = (width: number, count = 200): Vectors => {
  const random = new Random(5);
  const scales = Array.from({ length: width }, (_, index) => 1 + ((index * 7) % width));
  return new Vectors(width, Float32Array.from({ length: count * width }, (_, index) => (random.next() - 0.5) * scales[index % width]!));
};

describe('principalAxes', () => {
  it('is orthonormal', () => {
    const axes = principalAxes(cloud(8));
    for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) expect(dot(axes.row(i), axes.row(j))).toBeCloseTo(i === j ? 1 : 0, 5);
  });

  it('puts the largest mean square first and leaves the components uncorrelated', () => {
    const vectors = cloud(8);
    const turned = project(vectors, principalAxes(vectors), 8);
    const moment = (i: number, j: number) => [...turned.rows()].reduce((sum, row) => sum + (row[i]! * row[j]!) / turned.count, 0);
    for (let i = 0; i < 7; i++) {
      expect(moment(i, i)).toBeGreaterThanOrEqual(moment(i + 1, i + 1));
      expect(moment(i, i + 1)).toBeCloseTo(0, 4);
    }
  });

  it('keeps all dot products when nothing is cut', () => {
    const vectors = cloud(8);
    const turned = project(vectors, principalAxes(vectors), 8);
    for (let i = 1; i < 20; i++) expect(dot(turned.row(0), turned.row(i))).toBeCloseTo(dot(vectors.row(0), vectors.row(i)), 3);
  });
});
