import fc from 'fast-check';
import { HttpPolicy } from './http-policy';
import { isPublicAddress } from './public-addresses';

const resolveTo = (...addresses: readonly string[]) => () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const policy = (options: Partial<ConstructorParameters<typeof HttpPolicy>[0]> = {}) =>
  new HttpPolicy({ allowedHosts: ['models.test', '*.cdn.test', '10.0.0.1', '::1', '8.8.8.8'], allowPrivate: false, resolve: resolveTo('93.184.216.34'), ...options });
const forbidden = expect.objectContaining({ code: 'REGISTRY.SOURCE_FORBIDDEN', kind: 'invalid' });

describe('isPublicAddress', () => {
  it.each([
    '127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '100.100.100.200', '0.0.0.0', '224.0.0.1', '255.255.255.255', '168.63.129.16',
    '::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:1::', 'fe80::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1', '2001:db8::1',
  ])('is false for %s', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])('is true for %s', (address) => expect(isPublicAddress(address)).toBe(true));

  it('is false for every private IPv4 address however it is written as IPv6', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), (a, b) => {
        for (const prefix of ['::ffff:', '::', '64:ff9b::']) expect(isPublicAddress(`${prefix}10.${a}.${b}.1`)).toBe(false);
      }),
    );
  });
});

describe('HttpPolicy', () => {
  it.each(['https://models.test/m', 'https://MODELS.test./m', 'https://a.cdn.test', 'https://a.b.cdn.test', 'https://8.8.8.8/'])('lets %s pass', (url) => {
    expect(() => policy().refuseUrl(new URL(url))).not.toThrow();
  });

  it.each([
    'http://models.test/', 'ftp://models.test/', 'file:///etc/passwd', 'https://other.test/', 'https://cdn.test/', 'https://evilcdn.test/', 'https://models.test.evil/',
    'https://user:secret@models.test/', 'https://models.test:8443/', 'https://10.0.0.1/', 'https://0x0a000001/', 'https://[::1]/',
  ])('refuses %s', (url) => {
    expect(() => policy().refuseUrl(new URL(url))).toThrow(forbidden);
  });

  it('allows plain http, other ports and private addresses together, for the allowed hosts alone', async () => {
    const inside = policy({ allowPrivate: true, resolve: resolveTo('10.0.0.7') });
    inside.refuseUrl(new URL('http://models.test:8080/'));
    expect(await inside.pin(new URL('http://models.test:8080/'))).toEqual({ address: '10.0.0.7', family: 4 });
    expect(() => inside.refuseUrl(new URL('http://other.test/'))).toThrow(forbidden);
  });

  it('refuses a host of which one address is private, and does not say which', async () => {
    const mixed = policy({ resolve: resolveTo('93.184.216.34', '169.254.169.254') }).pin(new URL('https://models.test/'));
    await expect(mixed).rejects.toEqual(forbidden);
    await expect(mixed).rejects.not.toThrow('169.254');
  });

  it('fails for a host that nobody knows', async () => {
    await expect(policy({ resolve: () => Promise.reject(new Error('ENOTFOUND')) }).pin(new URL('https://models.test/'))).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
    await expect(policy({ resolve: resolveTo() }).pin(new URL('https://models.test/'))).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
  });
});
