import { docxFile, paragraph } from '../../../testing/docx-file';
import { blocksOf, partsOf } from '../../../testing/reading';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const docx = (body: string) => blocksOf(DOCX, docxFile(body));
const run = (content: string, properties = '') => `<w:r>${properties && `<w:rPr>${properties}</w:rPr>`}${content}</w:r>`;
const item = (text: string, depth = 0) => paragraph(text, `<w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="3"/></w:numPr>`);
const row = (...cells: string[]) => `<w:tr>${cells.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`;

describe('readDocx', () => {
  it('finds headings by style, by parents of styles, and by outline level', async () => {
    const body = paragraph('A', '<w:pStyle w:val="Heading1"/>') + paragraph('B', '<w:pStyle w:val="Mine"/>') + paragraph('C', '<w:pStyle w:val="Outlined"/>') + paragraph('D', '<w:outlineLvl w:val="2"/>') + paragraph('E');
    expect(await docx(body)).toEqual(['heading 1: A', 'heading 1: B', 'heading 2: C', 'heading 3: D', 'text: E']);
  });

  it('reads lists with their depth, and tables row by row', async () => {
    expect(await docx(`${item('a')}${item('b', 1)}${item('c')}${paragraph('d')}<w:tbl>${row('k', 'v')}${row('1', '2')}</w:tbl>${paragraph('e')}`)).toEqual(['list: - a\n  - b\n- c', 'text: d', 'table: k | v\n1 | 2', 'text: e']);
  });

  it('shows what is seen after the last edit', async () => {
    const text = (content: string) => `<w:t xml:space="preserve">${content}</w:t>`;
    const body = [run(text('One ')), `<w:del>${run('<w:delText>no</w:delText>')}</w:del>`, `<w:ins>${run(text('two'))}</w:ins>`, run(text('no'), '<w:vanish/>'), `<w:moveFrom>${run(text('no'))}</w:moveFrom>`];
    body.push(run('<w:tab/>'), run(text('three'), '<w:vanish w:val="0"/>'), run('<w:br/>'), run('<w:instrText>no</w:instrText>'), `<mc:AlternateContent><mc:Fallback>${run(text('no'))}</mc:Fallback></mc:AlternateContent>`, run(text('f&amp;r')));
    expect(await docx(`<w:p>${body.join('')}</w:p>`)).toEqual(['text: One two three\nf&r']);
  });

  it('is called by its properties, or else by its first heading', async () => {
    const body = paragraph('Heading', '<w:pStyle w:val="Heading1"/>');
    expect([(await partsOf(DOCX, docxFile(body, 'The title')))[0]?.title, (await partsOf(DOCX, docxFile(body)))[0]?.title]).toEqual(['The title', 'Heading']);
  });
});
