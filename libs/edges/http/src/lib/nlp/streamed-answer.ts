import { Readable } from 'node:stream';
import { CallerGoneError } from '@cortex/kernel';
import { Content } from '../content';
import { failureOf, type Failure } from '../failure';

/** How items become a body, one after another. */
export interface BodyForm<Item> {
  readonly type: string;
  begin(): string | Uint8Array;
  item(item: Item): string | Uint8Array;
  /** In the place of the item that it failed at; nothing follows but the end. */
  failure(failure: Pick<Failure, 'code' | 'message'>): string | Uint8Array;
  end(): string | Uint8Array;
}

/** Answers with items, made as fast as the caller takes them. What fails before the first is refused; what fails later stands at the end of the body. */
export async function streamedAnswer<Item>(open: (gone: AbortSignal) => AsyncGenerator<Item>, form: BodyForm<Item>, requestId: string): Promise<Content> {
  const gone = new AbortController();
  const items = open(gone.signal);
  const first = await items.next();
  const body = Readable.from(written(first, items, { form, requestId }), { objectMode: false });
  body.on('close', () => gone.abort(new CallerGoneError()));
  return new Content(body, form.type);
}

interface Writing<Item> {
  readonly form: BodyForm<Item>;
  readonly requestId: string;
}

async function* written<Item>(first: IteratorResult<Item>, items: AsyncGenerator<Item>, { form, requestId }: Writing<Item>): AsyncGenerator<string | Uint8Array> {
  yield form.begin();
  try {
    for (let next = first; !next.done; next = await items.next()) yield form.item(next.value);
  } catch (error) {
    yield form.failure(failureOf(error, requestId));
  } finally {
    await items.return(undefined);
  }
  yield form.end();
}
