import { blocksOf, partsOf } from '../../../testing/reading';

const html = (body: string) => blocksOf('text/html', body);

describe('HtmlReader', () => {
  it.each([
    ['<p>one<p>two', ['text: one', 'text: two']],
    ['a <b>b</b><i>c</i>\n d&nbsp;&eacute;&#x1F600;', ['text: a bc d\u00a0é😀']],
    ['one<br>two<div>three</div>four', ['text: one\ntwo', 'text: three', 'text: four']],
    ['<h1>A <em>b</em></h1><h3>c</h3>', ['heading 1: A b', 'heading 3: c']],
    ['<pre>\n  a\n    b\n</pre>', ['code:   a\n    b']],
  ])('reads %s', async (body, blocks) => {
    expect(await html(body)).toEqual(blocks);
  });

  it('reads a list as lines, with numbers and depth', async () => {
    expect(await html('<ul><li>a<li><p>b</p><p>b2</p><ol start=3><li>x<li>y</ol><li>c</ul>')).toEqual(['list: - a\n- b\n  b2\n  3. x\n  4. y\n- c']);
  });

  it('reads a table as lines, and repeats its header in each block', async () => {
    const blocks = await html(`<table><tr><th>k<th>v</tr>${'<tr><td>key<td>a <p>value</p></tr>'.repeat(300)}</table>`);
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(block).toMatch(/^table: k \| v\nkey \| a value\n/);
    expect(blocks.join().match(/key/g)).toHaveLength(300);
  });

  it('takes a table that arranges a page for what is in it', async () => {
    expect(await html('<table><tr><td>menu<td><h2>News</h2><p>Said<table><tr><td>a<td>b</table></table>end')).toEqual(['text: menu', 'heading 2: News', 'text: Said', 'text: a', 'text: b', 'text: end']);
  });

  it('shows nothing that a reader does not see', async () => {
    const hidden = ['<script>no</script>', '<style>no</style>', '<!-- no -->', '<template><p>no</template>', '<noscript>no</noscript>', '<p hidden>no</p>', '<div style="color:red; DISPLAY : none"><p>no</div>'];
    hidden.push('<span style="visibility:hidden">no</span>', '<svg><text>no</text></svg>', '<iframe>no</iframe>', '<dialog>no</dialog>', '<select><option>no</select>', '<p title="no" onclick="no">');
    expect(await html(hidden.map((part) => `<div>yes${part}</div>`).join(''))).toEqual(hidden.map(() => 'text: yes'));
  });

  it('is called by its title, or else by its first highest heading', async () => {
    const titled = await partsOf('text/html', '<title> The\n title </title><svg><title>no</title></svg><h1>Heading</h1>');
    const untitled = await partsOf('text/html', '<h2>Small</h2><h1>Large</h1><h1>Other</h1>');
    expect([titled[0]?.title, untitled[0]?.title]).toEqual(['The title', 'Large']);
  });

  it.each([
    ['its meta', '<meta charset="windows-1252"><p>\xfcber', undefined],
    ['its older meta', '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>\xfcber', undefined],
    ['its XML declaration', '<?xml version="1.0" encoding="iso-8859-15"?><p>\xfcber', undefined],
    ['what was given', '<meta charset="utf-8"><p>\xfcber', 'latin1'],
    ['its byte order mark', '\xef\xbb\xbf<meta charset="latin1"><p>\xc3\xbcber', 'latin1'],
  ])('is decoded by %s', async (_, page, charset) => {
    expect(await blocksOf('text/html', Buffer.from(page, 'latin1'), charset)).toEqual(['text: über']);
  });
});
