import { DocumentParser } from '@cortex/query';
import { Test } from '@nestjs/testing';
import { chunksOf } from '../testing/reading';
import { DocumentsModule } from './documents.module';

describe('DocumentsModule', () => {
  it('offers a parser', async () => {
    const module = await Test.createTestingModule({ imports: [DocumentsModule.forRoot({ processes: 1 })] }).compile();
    let text = '';
    for await (const part of module.get(DocumentParser).parse({ mediaType: 'text/plain', bytes: chunksOf('Said') }, new AbortController().signal)) text += part.text;
    expect(text).toBe('Said\n\n');
  });

  it('refuses options that it does not know', async () => {
    const options = { proceses: 1 } as object;
    await expect(Test.createTestingModule({ imports: [DocumentsModule.forRoot(options)] }).compile()).rejects.toThrow('proceses');
  });
});
