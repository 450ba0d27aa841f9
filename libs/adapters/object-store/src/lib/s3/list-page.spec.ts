import { readListPage } from './list-page';

const entry = (key: string) => `<Contents><Key>${key}</Key><LastModified>2026-11-26T10:00:00.000Z</LastModified><ETag>&#34;ab&#34;</ETag><Size>12</Size><Owner><ID>me</ID></Owner></Contents>`;
const page = (more: string, ...keys: readonly string[]) => `<?xml version="1.0"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix>Key</Prefix>${more}${keys.map(entry).join('\n')}</ListBucketResult>`;

describe('readListPage', () => {
  it('takes keys as they are written', () => {
    const keys = ['007', '1e5', '0x1f', 'true', 'a+b', 'a%2Bb', 'a=b@c'];
    expect(readListPage(page('', ...keys)).objects.map(({ key }) => key)).toEqual(keys);
  });

  it('reads sizes and times', () => {
    expect(readListPage(page('', 'k')).objects).toEqual([{ key: 'k', bytes: 12, modifiedAt: Date.UTC(2026, 10, 26, 10) }]);
  });

  it('undoes what XML escapes', () => {
    expect(readListPage(page('', 'a&amp;b&lt;&#x41;&#66;&apos;')).objects[0]?.key).toBe("a&b<AB'");
  });

  it.each([
    ['<IsTruncated>true</IsTruncated><NextContinuationToken>1&amp;2</NextContinuationToken>', '1&2'],
    ['<IsTruncated>false</IsTruncated><NextContinuationToken>1</NextContinuationToken>', undefined],
    ['', undefined],
  ])('knows whether there is more: %s', (more, token) => expect(readListPage(page(more)).token).toBe(token));
});
