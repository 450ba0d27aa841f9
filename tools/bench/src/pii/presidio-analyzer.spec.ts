import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPii } from '@cortex/nlp-pipeline';
import { repositoryRoot } from '@cortex/service-process';
import type { TypedSpan } from '../span-tally';
import { measuredDocuments } from './documents';

/** Presidio's own package, where somebody installed it: python3 -m venv .cache/presidio, pip install presidio-analyzer==2.2.366. */
const PYTHON = join(repositoryRoot, '.cache/presidio/bin/python');
const SCRIPT = join(__dirname, 'presidio/patterns.py');
const here = existsSync(PYTHON) && spawnSync(PYTHON, ['-c', 'import presidio_analyzer']).status === 0;
const describeWithPresidio = here ? describe : describe.skip;

const TYPES = ['CREDIT_CARD', 'EMAIL_ADDRESS', 'IBAN_CODE', 'IP_ADDRESS', 'MAC_ADDRESS', 'PHONE_NUMBER', 'UK_NHS', 'URL', 'US_SSN'];
const DOCUMENTS = 600;

interface Compared {
  readonly known: ReadonlySet<string>;
  readonly ours: ReadonlySet<string>;
  readonly theirs: ReadonlySet<string>;
}

describeWithPresidio('findPii beside presidio-analyzer (.cache/presidio)', () => {
  const documents = measuredDocuments(DOCUMENTS).filter(({ language }) => language === 'en');
  let theirs: readonly (readonly TypedSpan[])[];
  let ours: readonly (readonly TypedSpan[])[];

  beforeAll(() => {
    const input = documents.map(({ text }) => JSON.stringify(text)).join('\n');
    const lines = execFileSync(PYTHON, [SCRIPT], { input, encoding: 'utf8', maxBuffer: 2 ** 26 }).trim().split('\n');
    theirs = lines.map((line) => JSON.parse(line) as TypedSpan[]);
    ours = documents.map(({ text }) => findPii(text, { language: 'en', overlaps: 'each-type' }));
  }, 120_000);

  /** Places of a type in all documents. */
  function compared(type: string): Compared {
    const places = (of: readonly (readonly TypedSpan[])[]) =>
      new Set(of.flatMap((spans, document) => spans.filter((span) => span.type === type).map(({ start, end }) => `${document}: ${start}-${end}`)));
    return { known: places(documents.map(({ known }) => known)), ours: places(ours), theirs: places(theirs) };
  }

  it.each(['IBAN_CODE', 'MAC_ADDRESS'])('finds the very same %s', (type) => {
    const { ours, theirs } = compared(type);
    expect([...ours].sort()).toEqual([...theirs].sort());
  });

  it.each(TYPES)('finds every %s that is one and that Presidio finds', (type) => {
    const { known, ours, theirs } = compared(type);
    expect([...theirs].filter((place) => known.has(place) && !ours.has(place))).toEqual([]);
    expect(theirs.size).toBeGreaterThan(10);
  });

  it.each(TYPES)('takes no more for %s that is none than Presidio', (type) => {
    const { known, ours, theirs } = compared(type);
    const wrong = (found: ReadonlySet<string>) => [...found].filter((place) => !known.has(place)).length;
    expect(wrong(ours)).toBeLessThanOrEqual(wrong(theirs));
  });
});
