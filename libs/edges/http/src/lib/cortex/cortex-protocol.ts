import type { IndexEntry } from '@cortex/model-registry';
import { Orchestrator, type LoadedModel } from '@cortex/orchestrator';
import { Governor } from '@cortex/resource-governor';
import { Injectable } from '@nestjs/common';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { governorReport, registryChange, registryChangeRequest, registryModels, type RegistryModel } from './cortex-schemas';

const params = { model: 'cortex-embed-small' };

/** Cortex's own operations: what no other protocol has a word for. */
@Injectable()
export class CortexProtocol extends Protocol {
  readonly name = 'Cortex';

  constructor(private readonly orchestrator: Orchestrator, private readonly governor: Governor) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route({ method: 'GET', url: '/v1/registry/models', scope: 'infer', summary: 'All models, their states and why', response: registryModels, example: {}, handle: () => this.#list() }),
      route({
        method: 'POST', url: '/v1/registry/models/:model/load', scope: 'manage', summary: 'Loads a model, and offers it again after an unload',
        body: registryChangeRequest, response: registryChange, example: { params }, handle: (call) => this.#load(call),
      }),
      route({
        method: 'POST', url: '/v1/registry/models/:model/unload', scope: 'manage', summary: 'Unloads a model until it is loaded again',
        body: registryChangeRequest, response: registryChange, example: { params }, handle: (call) => this.#unload(call),
      }),
      route({ method: 'GET', url: '/v1/governor', scope: 'infer', summary: 'How much work runs and waits', response: governorReport, example: {}, handle: () => this.governor.report() }),
    ];
  }

  #list(): Answer {
    const loaded = this.orchestrator.loaded();
    return { models: this.orchestrator.index().map((entry) => modelOf(entry, loaded)) };
  }

  async #load({ params: { model = '' } }: Call): Promise<Answer> {
    return { model, state: 'loaded', loaded: loadedOf(await this.orchestrator.load(model)) };
  }

  async #unload({ params: { model = '' } }: Call): Promise<Answer> {
    await this.orchestrator.unload(model);
    return { model, state: 'unloaded' };
  }
}

/** Picked field by field: folders and files stay inside. */
function modelOf({ name, version, state, reason, model }: IndexEntry, all: readonly LoadedModel[]): RegistryModel {
  const loaded = all.filter((one) => one.name === name && one.version === version).map(loadedOf);
  return {
    name, version, state: loaded.length > 0 ? 'loaded' : state, reason,
    task: model?.task, origin: model?.origin, maxTokens: model?.maxTokens, labels: model?.labels && [...model.labels],
    license: model?.license, source: model?.source, description: model?.description,
    variants: model?.variants.map(({ name: variant, bytes }) => ({ name: variant, bytes })) ?? [], loaded,
  };
}

function loadedOf({ variant, digest, batchInvariant, fidelity, placement, parallelism, memoryBytes, loadMs }: LoadedModel): RegistryModel['loaded'][number] {
  return { variant, digest, batchInvariant, fidelity, placement, parallelism, memoryBytes, loadMs };
}
