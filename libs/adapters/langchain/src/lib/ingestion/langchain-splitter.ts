import { Splitter } from '@cortex/query';

/** What is used of LangChain's TextSplitter. */
export interface TextSplitter {
  splitText(text: string): Promise<string[]>;
}

/** Passages as a LangChain splitter cuts them: `{ provide: Splitter, useValue: new LangchainSplitter(new RecursiveCharacterTextSplitter()) }`. */
export class LangchainSplitter extends Splitter {
  constructor(private readonly splitter: TextSplitter) {
    super();
  }

  split(text: string): Promise<string[]> {
    return this.splitter.splitText(text);
  }
}
