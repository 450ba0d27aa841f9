import { blocksOf } from '../../testing/reading';

describe('DecodingReader', () => {
  it.each([
    ['UTF-8', Buffer.from('\ufeffüß'), undefined],
    ['UTF-16, little-endian', Buffer.from('\ufeffüß', 'utf16le'), undefined],
    ['UTF-16, big-endian', Buffer.from('\ufeffüß', 'utf16le').swap16(), 'latin1'],
    ['a charset that was given', Buffer.from('\xfc\xdf', 'latin1'), 'iso-8859-1'],
    ['UTF-8 where nothing is said', Buffer.from('üß'), undefined],
  ])('decodes %s', async (_, bytes, charset) => {
    expect(await blocksOf('text/plain', bytes, charset)).toEqual(['text: üß']);
  });

  it('replaces what cannot be decoded', async () => {
    expect(await blocksOf('text/plain', Buffer.from('a\xff\0b', 'latin1'))).toEqual(['text: a\ufffd\ufffdb']);
  });
});
