import { blocksOf, partsOf } from '../../../testing/reading';

const markdown = (text: string) => blocksOf('text/markdown', text);

describe('MarkdownReader', () => {
  it.each([
    ['# A\n\nB *c* **d** `e` [f](http://x.y "t")\ng\n', ['heading 1: A', 'text: B c d e f g']],
    ['A\n=\n\n1. b\n2. c\n   - d\n', ['heading 1: A', 'list: 1. b\n2. c\n  - d']],
    ['```js\n  a < b\n\n  c\n```\n', ['code:   a < b\n\n  c']],
    ['| a | b |\n|---|---|\n| 1 | 2 |\n', ['table: a | b\n1 | 2']],
    ['a<script>no</script> b\n\n<div hidden>no</div>\n\n<!-- no -->\n', ['text: a b']],
    ['a &amp; b \\* c', ['text: a & b * c']],
  ])('reads %j', async (text, blocks) => {
    expect(await markdown(text)).toEqual(blocks);
  });

  it.each([
    ['---\ntitle: The title\nother: x\n---\n# A', 'The title', ['heading 1: A']],
    ['---\r\ntitle: "Quoted"\r\n---\r\n# A', 'Quoted', ['heading 1: A']],
    ['---\nother: x\n...\n# A', 'A', ['heading 1: A']],
    ['---\n\nno front matter', undefined, ['text: no front matter']],
  ])('takes the title of %j', async (text, title, blocks) => {
    const [part] = await partsOf('text/markdown', text);
    expect([part?.title, await markdown(text)]).toEqual([title, blocks]);
  });

  it('means the same in sections as whole', async () => {
    const section = (n: number) => `## Head ${n}\n\nText *of* ${n}.\n\n- a\n\n- b\n\n\`\`\`\n# code ${n}\n\n\`\`\`\n\n`;
    const many = Array.from({ length: 9_000 }, (_, n) => section(n));
    const parts = await partsOf('text/markdown', many.join(''));
    const alone = await markdown(section(8_999));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.flatMap(({ blocks }) => blocks)).toHaveLength(9_000 * alone.length);
    const last = parts.at(-1)!;
    expect(last.blocks.slice(-alone.length).map(({ kind, start, end }) => [kind, last.text.slice(start, end)])).toEqual([['heading', 'Head 8999'], ['text', 'Text of 8999.'], ['list', '- a\n- b'], ['code', '# code 8999']]);
  });

  it('keeps code that is cut in two as code', async () => {
    const blocks = await markdown(`~~~\n${'# line of code\n'.repeat(30_000)}~~~\n\nText.\n`);
    expect(new Set(blocks.map((block) => block.split(':', 1)[0]))).toEqual(new Set(['code', 'text']));
    expect(blocks.at(-1)).toBe('text: Text.');
  });
});
