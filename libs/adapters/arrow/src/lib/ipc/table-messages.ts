import { tableToIPC, type Table } from 'apache-arrow';
import { MessageCutter } from './ipc-message';

/** A table as the messages of a stream: its schema, then its dictionaries and batches; without the mark of the end. */
export function messagesOf(table: Table): Uint8Array[] {
  const stream = tableToIPC(table, 'stream');
  return Array.from(new MessageCutter(stream.length).cut(stream), ({ bytes }) => bytes);
}
