import { formatBytes, parseBytes, parseDurationMs } from './quantities';

describe('quantities', () => {
  it.each([
    ['2GB', 2_000_000_000],
    ['512MiB', 536_870_912],
    ['1.5 kib', 1536],
    ['1000', 1000],
    ['2 apples', undefined],
    ['-1', undefined],
    ['', undefined],
  ])('reads %p as %p bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each([
    ['250ms', 250],
    ['5s', 5000],
    ['0', 0],
    ['5', undefined],
  ])('reads %p as %p milliseconds', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

  it('prints bytes for people', () => {
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(1536)).toBe('1.5 KiB');
    expect(formatBytes(8 * 2 ** 30)).toBe('8 GiB');
  });
});
