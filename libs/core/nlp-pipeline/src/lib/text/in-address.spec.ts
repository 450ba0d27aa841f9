import { isInAddress } from './in-address';

describe('isInAddress', () => {
  it.each([
    ['write to [ada]@example.com.', true],
    ['write to <ada@[Example].com>', true],
    ['see https://en.wikipedia.org/wiki/[London]', true],
    ['see www.[London].gov.uk', true],
    ['see [kestrel].example/x', false],
    ['see [kestrel].io/x', true],
    ['see (shop.[kestrel].co.uk)', true],
    ['run [index].js', false],
    ['in [London].', false],
    ['in [London] at https://example.com', false],
    ['thanks @[ada]!', false],
    ['([Paris]/Rome)', false],
    ['[Ada Lovelace]@home.example', false],
    ['[Ada]', false],
    [`${'x'.repeat(1_000)}[Ada]@example.com`, true],
  ])('of %s says %p', (marked, expected) => {
    const [start, end] = [marked.indexOf('['), marked.indexOf(']') - 1];
    expect(isInAddress(marked.replace(/[[\]]/g, ''), { start, end })).toBe(expected);
  });
});
