import { CortexError, codeOf, quote } from './cortex-error';

class MissingError extends CortexError {
  readonly code = 'TEST.MISSING';
  readonly kind = 'not-found';
}

describe('CortexError', () => {
  it('is named after its class and keeps its cause', () => {
    const error = new MissingError('nothing here', { cause: 'why' });
    expect(error.name).toBe('MissingError');
    expect(error.cause).toBe('why');
    expect(error).toBeInstanceOf(Error);
  });

  it('gives its code, and INTERNAL for whatever else is thrown', () => {
    expect(codeOf(new MissingError('x'))).toBe('TEST.MISSING');
    expect(codeOf(new TypeError('x'))).toBe('INTERNAL');
    expect(codeOf('x')).toBe('INTERNAL');
  });

  it('quotes long values cut', () => {
    expect(quote('short')).toBe('short');
    expect(quote('x'.repeat(100))).toBe(`${'x'.repeat(60)}…`);
    expect(quote(undefined)).toBe('undefined');
  });
});
