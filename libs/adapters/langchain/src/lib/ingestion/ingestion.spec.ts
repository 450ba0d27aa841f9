import { Document } from '@langchain/core/documents';
import { BaseDocumentLoader } from '@langchain/core/document_loaders/base';
import { MarkdownTextSplitter, RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import { QueryCore } from '@cortex/query/testing';
import fc from 'fast-check';
import { LangchainSplitter } from './langchain-splitter';
import { ordersFrom } from './orders-from';

class Loader extends BaseDocumentLoader {
  constructor(private readonly documents: Document[]) {
    super();
  }

  async load(): Promise<Document[]> {
    return this.documents;
  }
}

describe('ordersFrom', () => {
  it('makes documents of what a loader finds', async () => {
    const core = new QueryCore();
    const notes = await core.create();
    const loader = new Loader([
      new Document({ pageContent: 'wings fly', metadata: { source: 'birds.txt', title: 'Birds', year: 2020, loc: { lines: { from: 1, to: 2 } } } }),
      new Document({ id: 'own', pageContent: 'fish swim', metadata: { source: 'fish.txt', tags: ['a', 'b'] } }),
    ]);
    const { job } = await core.documents.add(notes, ordersFrom(loader));
    await core.run(job!);
    expect(core.found(notes)).toEqual({ 'birds.txt#0': ['wings fly'], own: ['fish swim'] });
    const [birds] = await core.records.find({ tenant: 'acme', collection: notes.id }, ['birds.txt#0']);
    expect(birds).toMatchObject({ title: 'Birds', metadata: { source: 'birds.txt', year: 2020 } });
    expect(birds!.metadata).not.toHaveProperty('loc');
  });

  it('takes no more of a loader that never ends than it may', async () => {
    const endless = { async *lazyLoad() { for (;;) yield new Document({ pageContent: 'again' }); } };
    const all = async (limits: object) => { for await (const _ of ordersFrom(endless, limits)) continue; };
    await expect(all({ maxDocuments: 10 })).rejects.toMatchObject({ code: 'LANGCHAIN.LOADER_LIMIT' });
    await expect(all({ maxCharacters: 100 })).rejects.toMatchObject({ code: 'LANGCHAIN.LOADER_LIMIT' });
  });
});

describe('LangchainSplitter', () => {
  const text = fc.array(fc.constantFrom('wing', 'bird', '\n\n', '. ', ' ', '\n', '# Head\n', 'é😀', 'a-long-word'), { maxLength: 80 }).map((words) => words.join(' '));

  it.each([
    ['characters', new RecursiveCharacterTextSplitter({ chunkSize: 60, chunkOverlap: 15 })],
    ['Markdown', new MarkdownTextSplitter({ chunkSize: 60, chunkOverlap: 0 })],
  ])('gives pieces by %s that stand in the text, in order', async (_, splitter) => {
    await fc.assert(fc.asyncProperty(text, async (given) => {
      let from = 0;
      for (const piece of await new LangchainSplitter(splitter).split(given)) {
        const at = given.indexOf(piece, from);
        expect(at).toBeGreaterThanOrEqual(0);
        from = at + 1;
      }
    }), { numRuns: 60 });
  });

  it('cuts the passages of documents that are ingested', async () => {
    const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 30, chunkOverlap: 10 });
    const core = new QueryCore(new LangchainSplitter(splitter));
    const notes = await core.create();
    const content = 'wings of birds fly far over the sea and come back in spring when it is warm';
    await core.run((await core.add(notes, { birds: content })).job!);
    expect(core.found(notes)).toEqual({ birds: await splitter.splitText(content) });
  });
});
