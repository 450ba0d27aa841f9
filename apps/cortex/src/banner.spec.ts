import type { Server } from 'node:http';
import { banner } from './banner';
import { readConfiguration } from './configuration';

const server = { address: () => ({ port: 1234 }) } as Server;
const bannerFor = (environment: NodeJS.ProcessEnv) => banner(readConfiguration(environment, false), server);

describe('banner', () => {
  it('shows a line to paste that reads the key from its file', () => {
    expect(bannerFor({})).toContain(`curl http://127.0.0.1:1234/v1/embeddings -H "authorization: Bearer $(cat '.cortex/bootstrap.key')"`);
    expect(bannerFor({})).toContain('http://127.0.0.1:1234/docs');
  });

  it('never shows the key', () => {
    const text = bannerFor({ CORTEX_API_KEY: 'a-very-secret-key-indeed' });
    expect(text).not.toContain('a-very-secret-key-indeed');
    expect(text).toContain('$CORTEX_API_KEY');
  });

  it('asks for no key when access is off', () => expect(bannerFor({ CORTEX_AUTH: 'off' })).not.toContain('Bearer'));

  it('writes an IPv6 host as a URL does', () => expect(bannerFor({ CORTEX_HOST: '::1' })).toContain('http://[::1]:1234'));
});
