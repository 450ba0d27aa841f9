import * as fc from 'fast-check';
import { anonymize, deanonymize } from './anonymize';
import { findPii } from './find-pii';

const text = 'Jane met Bob, 555-0100';
const findings = [
  { type: 'PERSON', start: 0, end: 4, score: 0.9 },
  { type: 'PERSON', start: 9, end: 12, score: 0.9 },
  { type: 'PHONE_NUMBER', start: 14, end: 22, score: 0.7 },
];
const KEYS = ['k'.repeat(16), 'k'.repeat(24), 'k'.repeat(32)];

describe('anonymize', () => {
  it('replaces by the type unless told otherwise, and says what stands where, from the end', () => {
    expect(anonymize(text, findings, { PHONE_NUMBER: { type: 'mask', masking_char: '*', chars_to_mask: 4, from_end: true } })).toEqual({
      text: '<PERSON> met <PERSON>, 555-****',
      items: [
        { start: 23, end: 31, type: 'PHONE_NUMBER', text: '555-****', operator: 'mask' },
        { start: 13, end: 21, type: 'PERSON', text: '<PERSON>', operator: 'replace' },
        { start: 0, end: 8, type: 'PERSON', text: '<PERSON>', operator: 'replace' },
      ],
    });
  });

  it.each([
    [{ type: 'redact' }, ' met Bob'],
    [{ type: 'keep' }, 'Jane met Bob'],
    [{ type: 'replace', new_value: 'X' }, 'X met Bob'],
    [{ type: 'replace', new_value: '' }, '<PERSON> met Bob'],
    [{ type: 'mask', masking_char: '😀', chars_to_mask: 2, from_end: false }, '😀😀ne met Bob'],
    [{ type: 'mask', masking_char: '*', chars_to_mask: -1, from_end: false }, 'Jane met Bob'],
  ])('does %j', (DEFAULT, changed) => {
    expect(anonymize('Jane met Bob', [findings[0]!], { DEFAULT }).text).toBe(changed);
  });

  it('hashes with the salt that is given, else with another one each time', () => {
    const salted = { DEFAULT: { type: 'hash', hash_type: 'sha512', salt: 'sixteen bytes are' } };
    expect(anonymize(text, findings, salted).text).toBe(anonymize(text, findings, salted).text);
    const [phone, , jane] = anonymize('Jane met Jane, 555-0100', findings, { DEFAULT: { type: 'hash' } }).items;
    expect(phone!.text).toMatch(/^[\da-f]{64}$/);
    expect(jane!.text).not.toBe(anonymize(text, findings, { DEFAULT: { type: 'hash' } }).items[2]!.text);
  });

  it.each([
    [{ type: 'explode' }, "Invalid operator class 'explode'."],
    [{ type: 'mask', chars_to_mask: 1, from_end: true }, 'Expected parameter masking_char'],
    [{ type: 'mask', masking_char: 'ab', chars_to_mask: 1, from_end: true }, 'Invalid input, masking_char must be a character'],
    [{ type: 'mask', masking_char: '*', chars_to_mask: 'all', from_end: true }, "Invalid parameter value for chars_to_mask. Expecting 'number', but got 'string'."],
    [{ type: 'hash', hash_type: 'md5' }, "Parameter hash_type value md5 is not in range of values ['sha256', 'sha512']"],
    [{ type: 'hash', salt: 'short' }, 'Salt must be at least 16 bytes (128 bits). Provided salt is 5 bytes.'],
    [{ type: 'encrypt', key: 'short' }, 'Invalid input, key must be of length 128, 192 or 256 bits'],
    [{ type: 'replace', new_value: 1 }, "Invalid parameter value for new_value. Expecting 'string', but got 'number'."],
  ])('refuses %j in the words of the original', (DEFAULT, message) => {
    expect(() => anonymize(text, findings, { DEFAULT })).toThrow(expect.objectContaining({ code: 'NLP.ANONYMIZER_PARAMETER', message }));
  });

  it('refuses places outside of the text', () => {
    expect(() => anonymize('Jane', [{ type: 'PERSON', start: 2, end: 5, score: 1 }])).toThrow('start: 2 and end: 5, while text length is only 4.');
  });

  it('takes 100,000 findings that all overlap', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ type: `T${i % 7}`, start: i, end: i + 3, score: 0.5 }));
    expect(anonymize('x'.repeat(100_002), many, { DEFAULT: { type: 'redact' } }).text).toBe('');
  });
});

describe('deanonymize', () => {
  it('gives back what was encrypted, whatever it was, with keys of all lengths', () => {
    const anything = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 6 });
    fc.assert(fc.property(anything, fc.constantFrom(...KEYS), (secrets, key) => {
      const whole = secrets.join('\n');
      let at = 0;
      const spans = secrets.map((secret) => ({ type: 'SECRET', start: at, end: (at += secret.length + 1) - 1, score: 1 }));
      const hidden = anonymize(whole, spans, { SECRET: { type: 'encrypt', key } });
      expect(deanonymize(hidden.text, hidden.items, { DEFAULT: { type: 'decrypt', key } }).text).toBe(whole);
    }));
  });

  it('leaves no plain text behind where everything that was found is encrypted', () => {
    const letter = 'Card 4111 1111 1111 1111, mail me@example.com';
    const { text: hidden } = anonymize(letter, findPii(letter), { DEFAULT: { type: 'encrypt', key: KEYS[0]! } });
    expect(hidden).not.toMatch(/4111|example/);
  });

  it('refuses another key without saying what it read', () => {
    const { text: hidden, items } = anonymize(text, findings, { DEFAULT: { type: 'encrypt', key: KEYS[0]! } });
    const other = { DEFAULT: { type: 'decrypt', key: 'x'.repeat(16) } };
    expect(() => deanonymize(hidden, items, other)).toThrow(expect.objectContaining({ code: 'NLP.DECRYPTION_FAILED' }));
  });

  it('refuses to guess what to do', () => {
    expect(() => deanonymize('abc', [{ type: 'X', start: 0, end: 3 }], {})).toThrow('must contain a deanonymizer');
  });
});
