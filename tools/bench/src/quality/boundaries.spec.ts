import { tallies } from '../span-tally';
import { boundariesOf } from './boundaries';

const f1 = (known: string[], found: string[]) => tallies([boundariesOf(known)], [boundariesOf(found)]).get('all')!;

describe('boundariesOf', () => {
  it('does not care where white space goes', () => {
    expect(f1(['One. ', 'Two.\n', 'Three.'], ['One.', ' Two.', 'Three. ']).f1).toBe(1);
  });

  it('counts a missed and an invented boundary', () => {
    expect(f1(['Mr. A came.', 'B left.', 'C stayed.'], ['Mr.', 'A came.', 'B left. C stayed.'])).toMatchObject({ right: 1, known: 2, found: 2, f1: 0.5 });
  });

  it('has nothing to find in one sentence', () => {
    expect(f1(['One.'], ['One.'])).toMatchObject({ known: 0, found: 0, recall: 1, precision: 1 });
  });
});
