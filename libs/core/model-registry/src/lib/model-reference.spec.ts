import fc from 'fast-check';
import { parseModelReference, printModelReference } from './model-reference';
import { InvalidReferenceError } from './registry.errors';

const letters = 'ABCXYZabcxyz0189';
const name = fc
  .tuple(fc.constantFrom(...letters), fc.string({ unit: fc.constantFrom(...letters, '.', '_', '-'), maxLength: 127 }))
  .map(([first, rest]) => first + rest);
const reference = fc.record({ name, version: fc.option(name, { nil: undefined }), variant: fc.option(name, { nil: undefined }) });

describe('parseModelReference', () => {
  it('reads what printModelReference wrote', () => {
    fc.assert(fc.property(reference, (wanted) => expect(parseModelReference(printModelReference(wanted))).toEqual(wanted)));
  });

  it('either refuses a text or prints it back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '@', '+', '/', ' ', '\n', 'é'), maxLength: 8 }), (text) => {
        const read = attempt(() => parseModelReference(text));
        expect(read instanceof InvalidReferenceError || printModelReference(read) === text).toBe(true);
      }),
    );
  });

  it.each(['', '@1', 'a@', 'a+', 'a@1@2', 'a+int8@1', 'a b', '../a', 'a/b', '.a', 'a\n', 'a'.repeat(129)])('refuses %j', (text) => {
    expect(() => parseModelReference(text)).toThrow(InvalidReferenceError);
  });

  it('cuts what it refuses in the message', () => {
    expect(() => parseModelReference('!'.repeat(10_000))).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{60,250}$/) }));
  });
});

function attempt<T>(parse: () => T): T | InvalidReferenceError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof InvalidReferenceError) return error;
    throw error;
  }
}
