import { traceIdOf } from './trace-parent';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const ZEROS = '0'.repeat(32);

describe('traceIdOf', () => {
  it.each([
    ['version 00', `00-${TRACE}-${PARENT}-01`],
    ['flags of later levels', `00-${TRACE}-${PARENT}-ff`],
    ['a later version of the same length', `01-${TRACE}-${PARENT}-01`],
    ['a later version that says more', `cc-${TRACE}-${PARENT}-01-what the future brings`],
    ['a later version that ends in a dash', `fe-${TRACE}-${PARENT}-01-`],
  ])('reads %s', (_, text) => {
    expect(traceIdOf(text)).toBe(TRACE);
  });

  it.each([
    ['nothing', ''],
    ['version ff', `ff-${TRACE}-${PARENT}-01`],
    ['a version that is not hex', `0x-${TRACE}-${PARENT}-01`],
    ['version 00 that says more', `00-${TRACE}-${PARENT}-01-what`],
    ['version 00 that ends in a dash', `00-${TRACE}-${PARENT}-01-`],
    ['a later version that goes on without a dash', `01-${TRACE}-${PARENT}-01.what`],
    ['a trace id of zeros', `00-${ZEROS}-${PARENT}-01`],
    ['a parent id of zeros', `00-${TRACE}-${ZEROS.slice(16)}-01`],
    ['capitals', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['a short trace id', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['no flags', `00-${TRACE}-${PARENT}`],
    ['one digit of flags', `00-${TRACE}-${PARENT}-1`],
    ['a space in front', ` 00-${TRACE}-${PARENT}-01`],
    ['two of them', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
  ])('refuses %s', (_, text) => {
    expect(traceIdOf(text)).toBeUndefined();
  });
});
