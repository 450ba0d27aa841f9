import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { anonymize, deanonymize, type ChangedText, type Operators } from './anonymize';

/** Presidio's own package, where somebody installed it: python3 -m venv .cache/presidio, pip install presidio-anonymizer==2.2.362. */
const PYTHON = join(__dirname, '../../../../../../.cache/presidio/bin/python');
const SCRIPT = join(__dirname, 'presidio/answers.py');
const here = existsSync(PYTHON) && spawnSync(PYTHON, ['-c', 'import presidio_anonymizer']).status === 0;
const withPresidio = here ? it : it.skip;

interface Case {
  readonly text: string;
  readonly operators: Operators;
  readonly found?: readonly { readonly entity_type: string; readonly start: number; readonly end: number; readonly score: number }[];
  readonly encrypted?: readonly { readonly entity_type: string; readonly start: number; readonly end: number }[];
}

const KEY = 'WmZq4t7w!z%C&F)J';
const operator = fc.oneof(
  fc.constant({ type: 'redact' }),
  fc.constant({ type: 'keep' }),
  fc.record({ type: fc.constant('replace'), new_value: fc.constantFrom('', 'XX', '<>') }),
  fc.record({ type: fc.constant('hash'), hash_type: fc.constantFrom('sha256', 'sha512', 'md5'), salt: fc.constantFrom('a salt of 16 byte', 'too short', '') }),
  fc.record({ type: fc.constant('mask'), masking_char: fc.constantFrom('*', '##', 'é'), chars_to_mask: fc.integer({ min: -2, max: 12 }), from_end: fc.boolean() }),
  fc.record({ type: fc.constantFrom('encrypt', 'unknown'), key: fc.constant('short') }),
);
const found = fc.record({
  entity_type: fc.constantFrom('A', 'B', 'C'),
  start: fc.integer({ min: 0, max: 24 }),
  length: fc.integer({ min: 1, max: 9 }),
  score: fc.constantFrom(0.2, 0.5, 0.5, 1),
}).map(({ length, ...rest }) => ({ ...rest, end: rest.start + length }));
const cases: fc.Arbitrary<Case> = fc.record({
  text: fc.string({ unit: fc.constantFrom('a', 'b', ' ', ' ', '\n', 'é', '1'), minLength: 26, maxLength: 34 }),
  found: fc.array(found, { maxLength: 7 }),
  operators: fc.dictionary(fc.constantFrom('A', 'B', 'DEFAULT'), operator, { maxKeys: 3 }).map((entries) => ({ ...entries })),
});

function ours({ text, operators, found: analyzed, encrypted }: Case): object {
  try {
    const typed = <T extends { entity_type: string }>(span: T) => ({ ...span, type: span.entity_type });
    return asPresidio(encrypted ? deanonymize(text, encrypted.map(typed), operators) : anonymize(text, analyzed!.map(typed), operators));
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function asPresidio({ text, items }: ChangedText): object {
  return { text, items: items.map(({ type, ...item }) => ({ ...item, entity_type: type })) };
}

function presidio(asked: readonly Case[]): object[] {
  const input = asked.map((one) => JSON.stringify(one)).join('\n');
  return linesOf(execFileSync(PYTHON, [SCRIPT], { input, encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

function linesOf(text: string): object[] {
  return text.trim().split('\n').map((line) => JSON.parse(line) as object);
}

describe('anonymize beside Presidio', () => {
  const recorded = (name: string) => linesOf(readFileSync(join(__dirname, 'presidio', name), 'utf8'));

  it('answers what Presidio answered when it was recorded', () => {
    const asked = recorded('cases.jsonl') as Case[];
    expect(asked.length).toBeGreaterThan(200);
    expect(asked.map(ours)).toEqual(recorded('answers.jsonl'));
  });

  withPresidio('answers what Presidio answers now', () => {
    const asked = fc.sample(cases, 500);
    expect(asked.map(ours)).toEqual(presidio(asked));
  });

  withPresidio('encrypts what Presidio decrypts', () => {
    const { text, items } = anonymize('Jörg 👩‍👩‍👧', [{ type: 'A', start: 0, end: 13, score: 1 }], { A: { type: 'encrypt', key: KEY } });
    const encrypted = items.map(({ type, start, end }) => ({ entity_type: type, start, end }));
    expect(presidio([{ text, encrypted, operators: { A: { type: 'decrypt', key: KEY } } }])).toMatchObject([{ text: 'Jörg 👩‍👩‍👧' }]);
  });

  withPresidio('decrypts what Presidio encrypts', () => {
    const [hidden] = presidio([{ text: 'Jörg!', found: [{ entity_type: 'A', start: 0, end: 4, score: 1 }], operators: { A: { type: 'encrypt', key: KEY } } }]) as [{ text: string; items: [] }];
    expect(ours({ text: hidden.text, encrypted: hidden.items, operators: { DEFAULT: { type: 'decrypt', key: KEY } } })).toMatchObject({ text: 'Jörg!' });
  });
});
