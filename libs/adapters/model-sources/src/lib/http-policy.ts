import { isIP } from 'node:net';
import { quote } from '@cortex/kernel';
import { SourceFailedError, SourceForbiddenError } from '@cortex/model-registry';
import { isPublicAddress } from './public-addresses';

/** An address of a host, as it was resolved. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

export interface HttpPolicyOptions {
  /** Host names, `*.` before one stands for every name below it. */
  readonly allowedHosts: readonly string[];
  /** Also private networks, plain http and other ports: for mirrors inside the house. */
  readonly allowPrivate: boolean;
  readonly resolve: Resolve;
}

const PORTS = ['', '443'];

/** Which addresses may be asked at all. */
export class HttpPolicy {
  readonly #hosts: readonly string[];

  constructor(private readonly options: HttpPolicyOptions) {
    this.#hosts = options.allowedHosts.map((host) => host.toLowerCase());
  }

  /** Looks at the URL alone. @throws SourceForbiddenError */
  refuseUrl(url: URL): void {
    const { allowPrivate } = this.options;
    if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) throw new SourceForbiddenError(`the scheme ${quote(url.protocol)} is not allowed, expected https:`);
    if (url.username !== '' || url.password !== '') throw new SourceForbiddenError('a URL with a user name or password is not allowed');
    const host = hostOf(url);
    if (!this.#hosts.some((pattern) => matches(host, pattern))) throw new SourceForbiddenError(`the host '${quote(host)}' is not allowed`);
    if (!allowPrivate && !PORTS.includes(url.port)) throw new SourceForbiddenError(`the port ${url.port} is not allowed, expected 443`);
    if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw forbiddenNetwork(host);
  }

  /** The one address to connect to: it is looked up once, so that what was checked is what is used. @throws SourceForbiddenError, SourceFailedError */
  async pin(url: URL): Promise<ResolvedAddress> {
    const host = hostOf(url);
    const addresses = isIP(host) === 0 ? await this.#lookUp(host) : [{ address: host, family: isIP(host) }];
    const [first] = addresses;
    if (first === undefined) throw new SourceFailedError(`the host '${quote(host)}' has no address`);
    if (!this.options.allowPrivate && addresses.some(({ address }) => !isPublicAddress(address))) throw forbiddenNetwork(host);
    return first;
  }

  async #lookUp(host: string): Promise<readonly ResolvedAddress[]> {
    try {
      return await this.options.resolve(host);
    } catch (error) {
      throw new SourceFailedError(`the host '${quote(host)}' cannot be found`, { cause: error });
    }
  }
}

/** Without the brackets of IPv6 and the dot that ends a full name. */
function hostOf({ hostname }: URL): string {
  return hostname.toLowerCase().replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function matches(host: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1 : host === pattern;
}

/** Without the address: who asks shall not learn of the network behind. */
function forbiddenNetwork(host: string): SourceForbiddenError {
  return new SourceForbiddenError(`the host '${quote(host)}' lies in a network that is not allowed`);
}
