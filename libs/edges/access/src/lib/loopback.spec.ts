import fc from 'fast-check';
import { isLoopback } from './loopback';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost', 'LOCALHOST'])('accepts %p', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['', '0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '126.255.255.255', '::ffff:10.0.0.1', '127.1', '127.0.0.1.example.org', 'localhost.example.org', 'example.org', '::1%lo', '[::1]', ' 127.0.0.1', '*'])(
    'refuses %p',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );

  it('accepts an IPv4 address exactly when it begins with 127', () => {
    fc.assert(fc.property(fc.ipV4(), (host) => isLoopback(host) === host.startsWith('127.')));
  });
});
