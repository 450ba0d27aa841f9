import { lookup } from 'node:dns/promises';
import { assertNever } from '@cortex/kernel';
import { ModelSources, SourceForbiddenError, type ModelSource, type SourceAddress } from '@cortex/model-registry';
import { HttpModelSource } from './http-model-source';
import { HttpPolicy, type Resolve } from './http-policy';
import { HuggingFaceModelSource } from './hugging-face-model-source';
import type { ModelSourcesSettings } from './model-sources.options';
import { SafeHttp } from './safe-http';

const resolveBySystem: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** Sources that are reached over HTTP: a manifest's URL, or a model of a hub. */
export class HttpModelSources extends ModelSources {
  readonly #policy: HttpPolicy;
  readonly #http: SafeHttp;
  readonly #hubUrl: URL;

  constructor(private readonly settings: ModelSourcesSettings, resolve: Resolve = resolveBySystem) {
    super();
    const { hubUrl, allowedHosts, allowPrivate, silenceMs, maxRedirects } = settings;
    this.#hubUrl = new URL(hubUrl.endsWith('/') ? hubUrl : `${hubUrl}/`);
    this.#policy = new HttpPolicy({ allowedHosts: [...allowedHosts, this.#hubUrl.hostname], allowPrivate, resolve });
    this.#http = new SafeHttp({ policy: this.#policy, silenceMs, maxRedirects });
  }

  at(address: SourceAddress): ModelSource {
    switch (address.kind) {
      case 'http': return new HttpModelSource(this.#allowed(address.url), this.#http);
      case 'hugging-face': {
        this.#policy.refuseUrl(this.#hubUrl);
        return new HuggingFaceModelSource(address, { hubUrl: this.#hubUrl, hubToken: this.settings.hubToken, http: this.#http });
      }
      case 'object-store': throw new SourceForbiddenError('this server has no object store to take models from');
      default: return assertNever(address);
    }
  }

  #allowed(text: string): URL {
    if (!URL.canParse(text)) throw new SourceForbiddenError('the address of the source is no URL');
    const url = new URL(text);
    this.#policy.refuseUrl(url);
    return url;
  }
}
