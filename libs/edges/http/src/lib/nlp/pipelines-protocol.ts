import { Pipelines, withOffsets } from '@cortex/nlp-pipeline';
import { Injectable } from '@nestjs/common';
import { mediaTypeOf } from '../json-lines';
import { parseJson, requireJson } from '../reading';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { RowLimit } from '../row-limit';
import {
  aliasRequest, pipelineDefinition, pipelineList, pipelineRecord, pipelineRemoved, pipelineRequest, runAnswer, runRequest, type AliasRequest, type RunRequest,
} from './nlp-schemas';

const BASE = '/v1/nlp/pipelines';
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];
const definitionExample = { body: { name: 'articles', version: '1', steps: [{ use: 'language' }, { use: 'sentences' }] } };
const unknown = { params: { name: 'nobody-made-it' }, status: 404 };

/** Pipelines as data: stored in versions, named by aliases, run by name. */
@Injectable()
export class PipelinesProtocol extends Protocol {
  readonly name = 'NLP pipelines';

  constructor(private readonly pipelines: Pipelines, private readonly limit: RowLimit) {
    super();
  }

  routes(): readonly Route[] {
    const one = `${BASE}/:name`;
    const version = { params: { name: 'nobody-made-it', version: '1' }, status: 404 };
    return [
      route({ method: 'GET', url: BASE, scope: 'infer', summary: 'Names of pipelines', response: pipelineList, example: {}, handle: async () => ({ pipelines: await this.pipelines.list() }) }),
      route({
        method: 'POST', url: BASE, scope: 'manage', summary: 'Stores a version of a pipeline, as JSON or YAML; a version never changes', body: pipelineRequest, response: pipelineDefinition,
        readsBytes: true, consumes: YAML_TYPES, example: definitionExample, handle: (call) => this.pipelines.store(sourceOf(call)),
      }),
      route({ method: 'GET', url: one, scope: 'infer', summary: 'A pipeline: its versions and aliases', response: pipelineRecord, example: unknown, handle: (call) => this.pipelines.get(nameOf(call)) }),
      route({ method: 'DELETE', url: one, scope: 'manage', summary: 'Removes a pipeline', response: pipelineRemoved, example: unknown, handle: (call) => this.#remove(call) }),
      route({ method: 'DELETE', url: `${one}/versions/:version`, scope: 'manage', summary: 'Removes a version that no alias names', response: pipelineRemoved, example: version, handle: (call) => this.#remove(call) }),
      route<AliasRequest>({
        method: 'PUT', url: `${one}/aliases/:alias`, scope: 'manage', summary: 'Moves an alias: runs that begin from now on take this version', body: aliasRequest, response: pipelineRecord,
        example: { params: { name: 'nobody-made-it', alias: 'stable' }, body: { version: '1' }, status: 404 }, handle: (call) => this.#alias(call),
      }),
      route<RunRequest>({
        method: 'POST', url: `${one}/run`, scope: 'infer', summary: 'Runs a pipeline over texts: name, name@version or name@alias', body: runRequest, response: runAnswer,
        example: { ...unknown, body: { text: 'The answer came soon.' } }, handle: (call) => this.#run(call),
      }),
    ];
  }

  async #remove(call: Call): Promise<Answer> {
    const [name, { version }] = [nameOf(call), call.params];
    await this.pipelines.remove(name, version);
    return { name, ...(version !== undefined && { version }), state: 'removed' };
  }

  async #alias(call: Call<AliasRequest>): Promise<Answer> {
    const name = nameOf(call);
    await this.pipelines.alias(name, call.params['alias']!, call.body.version);
    return this.pipelines.get(name);
  }

  async #run(call: Call<RunRequest>): Promise<Answer> {
    const { text, texts = [text!], offsetUnit } = call.body;
    this.limit.check('texts', texts.length);
    const { pipeline, docs } = await this.pipelines.run(nameOf(call), texts, call.context);
    return { pipeline, docs: docs.map((doc) => withOffsets(doc, offsetUnit)) };
  }
}

function nameOf({ params }: Call<unknown, unknown>): string {
  return params['name']!;
}

/** YAML is for the pipelines to read. */
function sourceOf({ headers, bytes }: Call<unknown>): unknown {
  if (YAML_TYPES.includes(mediaTypeOf(headers))) return bytes?.toString() ?? '';
  requireJson(headers, ...YAML_TYPES);
  return parseJson(bytes);
}
