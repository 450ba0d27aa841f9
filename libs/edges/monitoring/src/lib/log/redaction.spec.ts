import fc from 'fast-check';
import { redact } from './redaction';

const SECRET = 'S3cr.t_key-0123456789';

describe('redact', () => {
  it.each([
    ['a header', { headers: { authorization: `Bearer ${SECRET}`, host: 'here' } }],
    ['another case', { Authorization: SECRET, 'X-API-KEY': SECRET }],
    ['a repeated header', { 'x-api-key': [SECRET, SECRET] }],
    ['raw headers', { rawHeaders: ['x-api-key', SECRET, 'authorization', `Bearer ${SECRET}`] }],
    ['a value with quotes', { 'x-api-key': `a"${SECRET}\\"${SECRET}` }],
    ['a sentence', { msg: `refused 'bearer ${SECRET}', sorry` }],
    ['JSON within JSON', { body: JSON.stringify({ authorization: `Bearer ${SECRET}` }) }],
    ['an option', { options: { apiKey: SECRET, api_key: SECRET } }],
    ['a cookie', { 'set-cookie': [SECRET], cookie: SECRET }],
  ])('takes the key out of %s and leaves valid JSON', (_, entry) => {
    const line = redact(JSON.stringify(entry));
    expect(line).not.toContain(SECRET);
    expect(line).toContain('[redacted]');
    expect(() => JSON.parse(line)).not.toThrow();
  });

  it('knows a generated key wherever it stands', () => {
    const key = `ctx_${'Ab3_-'.repeat(8)}xyz`;
    expect(redact(JSON.stringify({ msg: `made ${key}, keep it`, key, url: `/v1/keys/${key}` }))).toBe('{"msg":"made [redacted], keep it","key":"[redacted]","url":"/v1/keys/[redacted]"}');
  });

  it('takes it out at any depth, whatever stands around it', () => {
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 5 }, fc.record({ authorization: fc.constant(`Bearer ${SECRET}`), note: fc.string() }), fc.dictionary(fc.string(), tie('node')), fc.array(tie('node'))),
    })).node;
    fc.assert(
      fc.property(tree, (value) => {
        const line = redact(JSON.stringify(value));
        JSON.parse(line);
        return !line.includes(SECRET);
      }),
    );
  });

  it('leaves every other line as it is', () => {
    const line = JSON.stringify({ level: 'info', msg: 'authorization was checked for x-api-key users', route: '/v1/models', keyName: 'bootstrap' });
    expect(redact(line)).toBe(line);
  });
});
