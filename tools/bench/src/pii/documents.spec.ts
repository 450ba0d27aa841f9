import { documents } from './documents';

describe('documents', () => {
  it('follow from their seed', () => {
    expect(documents(20, 7)).toEqual(documents(20, 7));
    expect(documents(20, 7)).not.toEqual(documents(20, 8));
  });

  it('know where their personal data stands', () => {
    for (const { text, known } of documents(300, 1)) {
      let last = 0;
      for (const { start, end } of known) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(text.slice(start, end).trim()).toHaveLength(end - start);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(text).not.toMatch(/[{}§¤]|\[\w/);
    }
  });
});
