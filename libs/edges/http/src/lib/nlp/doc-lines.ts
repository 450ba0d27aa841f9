import { JSON_LINES_TYPE } from '../json-lines';
import type { BodyForm } from './streamed-answer';

/** Docs as JSON lines. */
export const DOC_LINES: BodyForm<readonly object[]> = {
  type: JSON_LINES_TYPE,
  begin: () => '',
  item: (docs) => docs.map(lineOf).join(''),
  failure: ({ code, message }) => lineOf({ error: { code, message } }),
  end: () => '',
};

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
