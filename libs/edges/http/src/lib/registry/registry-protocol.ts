import { Access } from '@cortex/access';
import { ModelRegistry, ModelShelf, NotShareableError, Releases, Rollouts, deleteVersion, type Author, type FilePin, type GateSpec, type ModelVersion } from '@cortex/model-registry';
import { Orchestrator } from '@cortex/orchestrator';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { z } from 'zod';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import {
  aliasRequest, aliasState, gateReport, loadRequest, preparation, gateRequest, gateRunRequest, gateState, historyQuery, modelHistory, reasonQuery, registryChange, registryChangeRequest,
  pushed, pushRequest, registryModelDetail, registryModels, rollbackRequest, rolloutRequest, rolloutState,
} from './registry-schemas';
import { detailView, loadedView, modelNameOf, modelView } from './registry-views';

type Reasoned = Call<undefined, z.output<typeof reasonQuery>>;

const MODEL = '/v1/registry/models/:model';
const ALIAS = `${MODEL}/aliases/:alias`;
const ROLLOUT = `${MODEL}/rollouts/:alias`;
const GATE = `${MODEL}/gates/:alias`;

const params = { model: 'cortex-embed-small' };
const onAlias = { ...params, alias: 'stable' };

/** What exists, which version an alias gives, what is tried beside it, and what must hold before it moves. */
@Injectable()
export class RegistryProtocol extends Protocol {
  readonly name = 'Registry';

  constructor(
    private readonly registry: ModelRegistry,
    private readonly orchestrator: Orchestrator,
    private readonly releases: Releases,
    private readonly rollouts: Rollouts,
    private readonly access: Access,
    @Optional() @Inject(ModelShelf) private readonly shelf?: ModelShelf,
  ) {
    super();
  }

  routes(): readonly Route[] {
    return [...this.#modelRoutes(), ...this.#gateRoutes(), ...this.#aliasRoutes(), ...this.#rolloutRoutes(), ...this.#stateRoutes()];
  }

  #modelRoutes(): readonly Route[] {
    return [
      route({ method: 'GET', url: '/v1/registry/models', scope: 'infer', summary: 'All models, their states and why', response: registryModels, example: {}, handle: () => this.#list() }),
      route({ method: 'GET', url: MODEL, scope: 'manage', summary: 'One model: versions, aliases, rollouts, gates, pins, history', response: registryModelDetail, example: { params }, handle: (call) => this.#show(call) }),
      route({ method: 'GET', url: `${MODEL}/history`, scope: 'manage', summary: 'Who changed what of a model, and why', query: historyQuery, response: modelHistory, example: { params }, handle: (call) => this.#history(call) }),
    ];
  }

  #gateRoutes(): readonly Route[] {
    return [
      route<GateSpec>({
        method: 'PUT', url: GATE, scope: 'manage', summary: 'Says what must hold before an alias moves',
        body: gateRequest, response: gateState, example: { params: onAlias, body: { maxP95Ms: 500 } }, handle: (call) => this.#setGate(call),
      }),
      route<z.output<typeof gateRunRequest>>({
        method: 'POST', url: `${GATE}/run`, scope: 'manage', summary: "Holds a version against an alias's gate",
        body: gateRunRequest, response: gateReport, example: { params: onAlias, body: { version: '1' } },
        handle: ({ params: { model = '', alias = '' }, body: { version } }) => this.releases.runGate(modelNameOf({ model }), alias, version),
      }),
      route<undefined, z.output<typeof reasonQuery>>({
        method: 'DELETE', url: GATE, scope: 'manage', summary: 'Lets an alias move without conditions', query: reasonQuery, response: gateState, example: { params: onAlias },
        handle: (call) => this.#removed(call, (name, alias, author) => this.releases.removeGate(name, alias, author)),
      }),
    ];
  }

  #aliasRoutes(): readonly Route[] {
    return [
      route<z.output<typeof aliasRequest>>({
        method: 'PUT', url: ALIAS, scope: 'manage', summary: 'Moves an alias to a version that passes its gate',
        body: aliasRequest, response: aliasState, example: { params: onAlias, body: { version: '1', reason: 'first release' } }, handle: (call) => this.#move(call),
      }),
      route<z.output<typeof rollbackRequest>>({
        method: 'POST', url: `${ALIAS}/rollback`, scope: 'manage', summary: 'Moves an alias back to the version before',
        body: rollbackRequest, response: aliasState, example: { params: onAlias, body: { reason: 'too slow' }, status: 409 },
        handle: ({ params: { model = '', alias = '' }, body, principal }) => this.releases.rollback(modelNameOf({ model }), alias, { by: principal.keyName, reason: body?.reason }),
      }),
      route<undefined, z.output<typeof reasonQuery>>({
        method: 'DELETE', url: ALIAS, scope: 'manage', summary: 'Removes an alias and its rollout', query: reasonQuery, response: aliasState, example: { params: onAlias },
        handle: (call) => this.#removed(call, (name, alias, author) => this.releases.removeAlias(name, alias, author)),
      }),
    ];
  }

  #rolloutRoutes(): readonly Route[] {
    return [
      route<z.output<typeof rolloutRequest>>({
        method: 'PUT', url: ROLLOUT, scope: 'manage', summary: "Tries a version on part of an alias's requests",
        body: rolloutRequest, response: rolloutState, handle: (call) => this.#startRollout(call),
        example: { params: { ...params, alias: 'latest' }, body: { version: '2', mode: 'canary', weight: 0.1 }, status: 404 },
      }),
      route<undefined, z.output<typeof reasonQuery>>({
        method: 'DELETE', url: ROLLOUT, scope: 'manage', summary: 'Ends a rollout', query: reasonQuery, response: rolloutState, example: { params: { ...params, alias: 'latest' }, status: 404 },
        handle: (call) => this.#removed(call, (name, alias, author) => this.rollouts.stop(name, alias, author)),
      }),
    ];
  }

  #stateRoutes(): readonly Route[] {
    return [
      route<undefined, z.output<typeof reasonQuery>>({
        method: 'DELETE', url: `${MODEL}/versions/:version`, scope: 'manage', summary: 'Unloads a version and deletes its files',
        query: reasonQuery, response: registryChange, example: { params: { ...params, version: '1' }, status: 409 }, handle: (call) => this.#delete(call),
      }),
      route<z.output<typeof pushRequest>>({
        method: 'POST', url: `${MODEL}/versions/:version/push`, scope: 'manage', summary: 'Shares a version with all replicas, or mends what is shared of it',
        body: pushRequest, response: pushed, example: { params: { ...params, version: '1' }, status: 409 }, handle: (call) => this.#push(call),
      }),
      route({
        method: 'POST', url: `${MODEL}/unload`, scope: 'manage', summary: 'Unloads a model until it is loaded again',
        body: registryChangeRequest, response: registryChange, example: { params }, handle: (call) => this.#unload(call),
      }),
      route<z.output<typeof loadRequest>>({
        method: 'POST', url: `${MODEL}/load`, scope: 'manage', summary: 'Loads a model, offers it again after an unload, accepts files that changed',
        body: loadRequest, response: registryChange, example: { params, body: { pinned: true } }, handle: (call) => this.#load(call),
      }),
      route({
        method: 'POST', url: `${MODEL}/variants`, scope: 'manage', summary: 'Makes and measures faster variants of a model in the background',
        body: registryChangeRequest, response: preparation, example: { params }, handle: (call) => this.#prepare(call),
      }),
    ];
  }

  #list(): Answer {
    const loaded = this.orchestrator.loaded();
    const models = this.orchestrator.index().map((entry) => modelView(entry, { loaded, record: this.registry.records.of(entry.name) }));
    return { models, loading: this.orchestrator.loading(), preparing: this.orchestrator.workshop.list() };
  }

  #show(call: Call): Answer {
    const name = this.#known(call);
    const entries = this.orchestrator.index().filter((entry) => entry.name === name);
    return detailView(entries, { loaded: this.orchestrator.loaded(), record: this.registry.records.of(name) }, this.rollouts);
  }

  #history(call: Call<undefined, z.output<typeof historyQuery>>): Answer {
    const model = modelNameOf(call.params);
    return { model, history: this.registry.records.of(model).history.slice(0, call.query.limit) };
  }

  async #load({ params: { model = '' }, body = {}, principal }: Call<z.output<typeof loadRequest>>): Promise<Answer> {
    return { model, state: 'loaded', loaded: loadedView(await this.orchestrator.load(model, { ...body, by: principal.keyName })) };
  }

  /** In the background: the answer is where it stands now. */
  async #prepare({ params: { model = '' } }: Call): Promise<Answer> {
    const { version } = await this.registry.resolve(model);
    void this.orchestrator.workshop.prepare(version, { again: true });
    return this.orchestrator.workshop.list().find(({ name, version: number }) => name === version.name && number === version.version)!;
  }

  async #unload({ params: { model = '' } }: Call): Promise<Answer> {
    await this.orchestrator.unload(model);
    return { model, state: 'unloaded' };
  }

  async #setGate({ params: { model = '', alias = '' }, body: gate, principal }: Call<GateSpec>): Promise<Answer> {
    await this.releases.setGate(modelNameOf({ model }), alias, { by: principal.keyName, gate });
    return { alias, gate };
  }

  async #move({ params: { model = '', alias = '' }, body: { force = false, ...move }, principal, context }: Call<z.output<typeof aliasRequest>>): Promise<Answer> {
    const name = modelNameOf({ model });
    if (force) {
      this.access.authorize(principal, 'admin');
      return this.releases.moveAlias(name, alias, { ...move, by: principal.keyName });
    }
    const warmUp = (version: ModelVersion) => this.orchestrator.describe({ version }, context);
    return this.releases.promote(name, alias, { ...move, by: principal.keyName, warmUp });
  }

  async #startRollout({ params: { model = '', alias = '' }, body: { reason, ...request }, principal }: Call<z.output<typeof rolloutRequest>>): Promise<Answer> {
    return { alias, rollout: await this.rollouts.start(modelNameOf({ model }), { ...request, alias }, { by: principal.keyName, reason }) };
  }

  async #removed({ params: { model = '', alias = '' }, query: { reason }, principal }: Reasoned, remove: (name: string, alias: string, author: Author) => Promise<void>): Promise<Answer> {
    await remove(modelNameOf({ model }), alias, { by: principal.keyName, reason });
    return { alias };
  }

  async #delete({ params: { model = '', version = '' }, query: { reason }, principal }: Reasoned): Promise<Answer> {
    const unload = (reference: string) => this.orchestrator.unload(reference);
    const released = (files: readonly FilePin[]) => this.shelf?.release(files) ?? Promise.resolve();
    const deleted = await deleteVersion(this.registry, modelNameOf({ model }), { version, by: principal.keyName, reason, unload, released });
    return { model: deleted, state: 'deleted' };
  }

  async #push({ params: { model = '', version = '' }, body, principal, context }: Call<z.output<typeof pushRequest>>): Promise<Answer> {
    if (!this.shelf) throw new NotShareableError('this server keeps its models to itself, no S3 server is set for it');
    return this.shelf.push(modelNameOf({ model }), version, { by: principal.keyName, reason: body?.reason, signal: context.signal });
  }

  /** @throws ModelNotFoundError */
  #known({ params }: Call): string {
    const name = modelNameOf(params);
    this.registry.versionsOf(name);
    return name;
  }
}
