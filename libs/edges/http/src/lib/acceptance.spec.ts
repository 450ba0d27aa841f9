import fc from 'fast-check';
import { acceptCheck, JSON_ALONE, prefers } from './acceptance';
import { NotAcceptableError } from './http.errors';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const JAVA = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';

describe('acceptCheck', () => {
  const json = acceptCheck(JSON_ALONE);

  it.each([
    undefined, '', ' , ', '*/*', '*', 'application/*', 'application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json;q=0.1',
    'application/json, text/event-stream', 'text/plain;q=1, application/json;q=.001', 'text/csv, */*;q=0.01', '*/*;q=0, application/json', BROWSER, JAVA,
  ])('admits %j', (accept) => {
    expect(() => json(accept)).not.toThrow();
    expect(() => json(accept)).not.toThrow(); // as remembered
  });

  it.each([
    'text/html', 'text/*', 'image/png, text/csv;q=0.5', 'application/xml', 'application/jsonx', 'application/json;q=0', 'application/json;q=0.000, */*', '*/*;q=0', 'nonsense',
  ])('refuses %j, every time', (accept) => {
    expect(() => json(accept)).toThrow(NotAcceptableError);
    expect(() => json(accept)).toThrow('this route answers with application/json');
  });

  it('reads no more of a header than any client writes', () => {
    expect(() => json(`${'text/csv,'.repeat(63)}*/*`)).not.toThrow();
    expect(() => json(`${'text/csv,'.repeat(64)}*/*`)).toThrow(NotAcceptableError);
  });

  it('asks for one of several types', () => {
    const infer = acceptCheck(['application/json', 'application/octet-stream']);
    expect(() => infer('application/octet-stream')).not.toThrow();
    expect(() => infer('application/json;q=0, application/*')).not.toThrow();
    expect(() => infer('text/html')).toThrow('application/json or application/octet-stream');
  });

  it('answers the same after any number of other headers', () => {
    const range = fc.tuple(fc.constantFrom('*/*', 'application/*', 'application/json', 'text/html', 'text/*'), fc.constantFrom('', ';q=0', ';q=0.5', ';v=1')).map((parts) => parts.join(''));
    const outcomeOf = (check: (accept: string) => void, accept: string) => {
      try {
        check(accept);
        return 'admitted';
      } catch {
        return 'refused';
      }
    };
    fc.assert(fc.property(fc.array(range, { minLength: 1, maxLength: 4 }), (ranges) => {
      const accept = ranges.join(', ');
      expect(outcomeOf(json, accept)).toBe(outcomeOf(acceptCheck(JSON_ALONE), accept));
    }));
  });
});

describe('prefers', () => {
  const arrow = (accept: string | undefined) => prefers(accept, 'application/vnd.apache.arrow.stream', 'application/json');

  it.each(['application/vnd.apache.arrow.stream', 'Application/Vnd.Apache.Arrow.Stream;v=1', 'application/json, application/vnd.apache.arrow.stream', 'application/json;q=0.5, application/vnd.apache.arrow.stream;q=0.9', '*/*, application/vnd.apache.arrow.stream;q=.1'])('a type that %j names', (accept) => {
    expect(arrow(accept)).toBe(true);
  });

  it.each([undefined, '', '*/*', 'application/*', 'application/json', 'application/vnd.apache.arrow.stream;q=0', 'application/json, application/vnd.apache.arrow.stream;q=0.9'])('not one that %j leaves out or behind', (accept) => {
    expect(arrow(accept)).toBe(false);
  });
});
