import { AnswerModel, Questions, type CollectionRecord } from '@cortex/query';
import { internalContext } from '@cortex/kernel';
import { QueryCore } from '@cortex/query/testing';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import type { DocumentInterface } from '@langchain/core/documents';
import { CortexChatModel } from './cortex-chat-model';
import { CortexEmbeddings } from './cortex-embeddings';
import { CortexRetriever } from './cortex-retriever';

const SCOPE = { tenant: 'acme', collection: 'notes' };
const ADA = 'Ada Lovelace wrote the first program in the year 1843';
const TEXTS = { ada: ADA, hopper: 'Grace Hopper found a real moth inside one relay', babbage: 'Charles Babbage drew the engine that nobody built' };

class Echo extends AnswerModel {
  readonly name = 'echo:one';

  async *write(messages: Parameters<AnswerModel['write']>[0]): AsyncGenerator<string> {
    yield `${messages.length} messages, `;
    yield 'and Ada [1: "Ada Lovelace"]';
  }
}

describe('Cortex for LangChain', () => {
  let core: QueryCore;
  let notes: CollectionRecord;
  beforeAll(async () => {
    core = new QueryCore();
    notes = await core.create();
    await core.run((await core.add(notes, TEXTS)).job!);
  });

  const retriever = (fields: Partial<ConstructorParameters<typeof CortexRetriever>[0]> = {}) => new CortexRetriever({ collections: core.collections, retriever: core.retriever, scope: SCOPE, limit: 2, ...fields });
  const chat = (fields: Partial<ConstructorParameters<typeof CortexChatModel>[0]> = {}) => {
    const questions = new Questions({ documents: core.records, retriever: core.retriever, answers: core.answersBy(new Echo()) });
    return new CortexChatModel({ collections: core.collections, questions, scope: SCOPE, ...fields });
  };

  describe('CortexEmbeddings', () => {
    const embeddings = () => new CortexEmbeddings({ models: core.models, tenant: 'acme' });

    it('gives the vectors that Cortex gives, all texts in one request', async () => {
      const texts = Object.values(TEXTS);
      core.models.asked.splice(0);
      const vectors = await embeddings().embedDocuments(texts);
      expect(core.models.asked).toHaveLength(1);
      const { vectors: own } = await core.models.embed({ texts, truncate: true, normalize: true }, internalContext());
      expect(vectors).toEqual(own.map((vector) => Array.from(vector)));
      expect(await embeddings().embedQuery(texts[1]!)).toEqual(vectors[1]);
    });

    it('takes no texts', async () => expect(await embeddings().embedDocuments([])).toEqual([]));
  });

  describe('CortexRetriever', () => {
    it('finds documents in a chain, each with where it stands', async () => {
      const chain = retriever().pipe(new RunnableLambda({ func: (documents: DocumentInterface[]) => documents[0]! }));
      const found = await chain.invoke('Who wrote the first program?');
      expect(found).toMatchObject({ pageContent: ADA, metadata: { document: 'ada', start: 0, end: ADA.length, headings: [] } });
      expect(found.metadata['score']).toBeGreaterThan(0);
    });

    it('finds for many questions at once, and keeps to its filter', async () => {
      const [one, other] = await retriever().batch(['first program', 'moth inside one relay']);
      expect([one![0]!.metadata['document'], other![0]!.metadata['document']]).toEqual(['ada', 'hopper']);
      expect(await retriever({ filter: { year: { $gte: 2020 } } }).invoke('first program')).toEqual([]);
      await expect(retriever({ filter: { 'year; DROP TABLE': 1 } }).invoke('first program')).rejects.toMatchObject({ code: 'QUERY.FILTER' });
    });

    it('stops when its caller leaves', async () => {
      const [search, leaving] = [jest.spyOn(core.retriever, 'search'), new AbortController()];
      search.mockImplementationOnce((...[, , { signal }]) => {
        leaving.abort(new Error('left'));
        return Promise.reject(signal.reason as Error);
      });
      await expect(retriever().invoke('first program', { signal: leaving.signal })).rejects.toThrow('left');
      search.mockRestore();
    });
  });

  describe('CortexChatModel', () => {
    it('answers in a chain of LangChain, with citations in the message', async () => {
      const chain = ChatPromptTemplate.fromMessages([['human', '{question}']]).pipe(chat());
      const message = await chain.invoke({ question: 'Ada Lovelace wrote the first program' });
      expect(message.text).toBe('2 messages, and Ada [1]');
      expect(message.response_metadata).toMatchObject({ answerable: true, by: 'echo:one', citations: [{ document: 'ada', quote: 'Ada Lovelace', start: 0 }] });
    });

    it('streams the answer as it is written', async () => {
      const pieces: string[] = [];
      for await (const piece of await chat().pipe(new StringOutputParser()).stream('Ada Lovelace wrote the first program')) pieces.push(piece);
      expect(pieces.filter(Boolean).length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe('2 messages, and Ada [1]');
    });

    it('hears what was said before, and lets who asks choose the writer', async () => {
      const said = [new SystemMessage('Be brief'), new HumanMessage('Who is Ada?'), new AIMessage('A writer'), new HumanMessage('Ada Lovelace wrote the first program')];
      expect((await chat().invoke(said)).text).toContain('4 messages');
      expect((await chat({ by: 'extractive' }).invoke(said)).text).toContain(ADA);
    });

    it('says that it cannot answer, and stops when its caller leaves', async () => {
      expect((await chat().invoke('zzz qqq xxx')).response_metadata).toMatchObject({ answerable: false, citations: [] });
      await expect(chat().invoke('Ada Lovelace', { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow();
      await expect(chat().invoke([new SystemMessage('Hello')])).rejects.toMatchObject({ code: 'LANGCHAIN.NO_QUESTION' });
    });
  });
});
