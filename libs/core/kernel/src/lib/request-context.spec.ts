import { CallerGoneError, hasLeft, internalContext, throwIfLeft } from './request-context';

describe('throwIfLeft', () => {
  it('throws the reason of a signal that has aborted', () => {
    const controller = new AbortController();
    const context = internalContext({ signal: controller.signal });
    expect(() => throwIfLeft(context)).not.toThrow();
    controller.abort(new CallerGoneError());
    expect(hasLeft(context)).toBe(true);
    expect(() => throwIfLeft(context)).toThrow(CallerGoneError);
  });

  it('leaves the signal alone where the context knows', () => {
    const context = { ...internalContext(), hasLeft: () => false };
    Object.defineProperty(context, 'signal', { get: () => { throw new Error('asked for'); } });
    expect(() => throwIfLeft(context)).not.toThrow();
  });
});
