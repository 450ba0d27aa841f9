/** `ModelSourcesModule.forRoot(options)`: models from a manifest's URL and from the Hugging Face Hub. */
export { ModelSourcesModule } from './lib/model-sources.module';
/** Options with their defaults: the hub alone, over https, in no private network. */
export { modelSourcesOptionsSchema, type ModelSourcesOptions, type ModelSourcesSettings } from './lib/model-sources.options';
/** The same without Nest; a resolver may be handed in. */
export { HttpModelSources } from './lib/http-model-sources';
export { type ResolvedAddress, type Resolve } from './lib/http-policy';
