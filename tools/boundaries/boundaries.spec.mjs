import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../prepare/workspace.mjs';
import { scopes, technologies } from './layers.mjs';
import { ScratchWorkspace } from './scratch-workspace.mjs';

const ENVIRONMENT = 'restrictedObjectProperty';
const TAGS = 'onlyTagsConstraintViolation';
const NO_TAGS = 'emptyOnlyTagsConstraintViolation';
const TECHNOLOGY = 'bannedExternalImportsViolation';
const LIMIT_MS = 120_000;

const forbidden = [
  ['a core lib imports an adapter', 'libs/core/kernel', `import { here } from '@cortex/onnx';`, TAGS],
  ['a core lib imports a core lib above it', 'libs/core/kernel', `import { here } from '@cortex/inference';`, NO_TAGS],
  ['a core lib imports an edge', 'libs/core/orchestrator', `import { here } from '@cortex/http';`, TAGS],
  ['a core lib imports the data package', 'libs/core/model-registry', `import { here } from '@cortex/bundled-models';`, TAGS],
  ['an adapter imports another adapter', 'libs/adapters/second', `import { here } from '@cortex/onnx';`, TAGS],
  ['an adapter imports an edge', 'libs/adapters/onnx', `import { here } from '@cortex/monitoring';`, TAGS],
  ['an adapter imports a core lib that is not on its list', 'libs/adapters/onnx', `import { here } from '@cortex/orchestrator';`, TAGS],
  ['an edge imports the adapter of a technology', 'libs/edges/http', `import { here } from '@cortex/onnx';`, TAGS],
  ['an edge imports an edge that is not on its list', 'libs/edges/access', `import { here } from '@cortex/http';`, TAGS],
  ['a lib imports the app', 'libs/edges/http', `import { here } from '@cortex/cortex';`, 'noTransitiveDependencies'],
  ['the sibling app imports an edge', 'apps/sibling-example', `import { here } from '@cortex/http';`, TAGS],
  ['a file reaches into another project by a relative path', 'libs/core/inference', `import { here } from '../../kernel/src/index';`, 'noRelativeOrAbsoluteImportsAcrossLibraries'],
  ['a core lib imports the framework outside its module', 'libs/core/batching', `import { Injectable as here } from '@nestjs/common';`, 'patternWithCustomMessage'],
  ['a core lib opens a server', 'libs/core/query', `import { createServer as here } from 'node:http';`, 'path'],
  ['a lib reads the environment', 'libs/adapters/onnx', `const here = process.env['HOME'];`, ENVIRONMENT],
  ['a lib takes the environment apart', 'libs/core/kernel', `const { env: here } = process;`, ENVIRONMENT],
  ['a lib imports the environment', 'libs/edges/http', `import { env as here } from 'node:process';`, 'pathWithCustomMessage'],
];

/** Every package of the root that the table bans in the core. */
const installedTechnologies = () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const banned = technologies.map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => banned.some((pattern) => pattern.test(name)));
};
const inCore = installedTechnologies().map((name) => [`a core lib imports ${name}`, 'libs/core/kernel', `import * as here from '${name}';`, TECHNOLOGY]);

const allowed = [
  ['a core lib imports a core lib below it', 'libs/core/inference', `import { here } from '@cortex/kernel';`],
  ['an adapter imports its core libs', 'libs/adapters/onnx', `import { here } from '@cortex/inference';`],
  ['http imports access', 'libs/edges/http', `import { here } from '@cortex/access';`],
  ['the app imports an adapter', 'apps/cortex', `import { here } from '@cortex/onnx';`],
  ['the app reads the environment', 'apps/cortex', `const here = process.env['HOME'];`],
  ['a core lib imports the framework in its module', 'libs/core/batching', `import { Module as here } from '@nestjs/common';`, 'batching.module.ts'],
];

describe('the boundaries', () => {
  let workspace;
  let lintTarget;
  let messages;
  const cases = [...forbidden, ...inCore, ...allowed];
  const fileOf = ([, project, , file], index) => join(project, 'src', String(file).endsWith('.ts') ? file : `case-${index}.ts`);
  const messagesOf = (name) => messages.get(fileOf(cases.find(([title]) => title === name), cases.findIndex(([title]) => title === name)));

  beforeAll(() => {
    workspace = new ScratchWorkspace();
    addLib('libs/adapters/second', 'redis');
    addLib('libs/core/query', 'query');
    write(cases[0], 0);
    lintTarget = workspace.run('node_modules/.bin/nx', 'run', 'kernel:lint');
    cases.forEach(write);
    messages = lint();
  }, LIMIT_MS);
  afterAll(() => workspace?.remove());

  function write(it, index) {
    workspace.write(fileOf(it, index), `${it[2]}\nexport const used = here;\n`);
  }

  /** A lib that the real workspace need not have yet. */
  function addLib(folder, scope) {
    const type = scopes[scope].type;
    workspace.write(join(folder, 'package.json'), JSON.stringify({ name: `@cortex/${scope}-scratch`, version: '0.1.0' }));
    workspace.write(join(folder, 'project.json'), JSON.stringify({ name: `${scope}-scratch`, projectType: 'library', tags: [`type:${type}`, `scope:${scope}`] }));
    workspace.write(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../../tsconfig.base.json', include: ['src'] }));
    workspace.write(join(folder, 'src/index.ts'), 'export const here = 1;\n');
  }

  /** By the graph that the lint target left: it is older than most cases, so that they make no cycles in it. */
  function lint() {
    const { stdout, output } = workspace.run('node_modules/eslint/bin/eslint.js', '--format', 'json', 'libs', 'apps');
    if (!stdout.startsWith('[')) throw new Error(output);
    return new Map(JSON.parse(stdout).map((file) => [file.filePath.slice(workspace.folder.length + 1), file.messages]));
  }

  it.each([...forbidden, ...inCore])('stop when %s', (name, _project, _source, messageId) => {
    expect(messagesOf(name)).toContainEqual(expect.objectContaining({ messageId, severity: 2 }));
  });

  it('cover at least the server, the runtime and the metrics library', () => {
    expect(installedTechnologies()).toEqual(expect.arrayContaining(['fastify', 'onnxruntime-node', 'prom-client']));
  });

  it.each(allowed)('let through when %s', (name) => {
    expect(messagesOf(name)).toEqual([]);
  });

  it('fail the lint target, which reads the graph without which the rule lets everything through', () => {
    expect(lintTarget.status).not.toBe(0);
    expect(lintTarget.output).toContain('@nx/enforce-module-boundaries');
  });

  it('keep deep imports from compiling', () => {
    const options = { composite: false, declarationMap: false, noEmit: true };
    const folder = 'libs/core/inference';
    workspace.write(join(folder, 'tsconfig.imports.json'), JSON.stringify({ extends: '../../../tsconfig.base.json', compilerOptions: options, files: ['deep.ts', 'exported.ts'] }));
    workspace.write(join(folder, 'deep.ts'), `import { here } from '@cortex/kernel/src/index';\nexport const used = here;\n`);
    workspace.write(join(folder, 'exported.ts'), `import { here } from '@cortex/kernel';\nimport { fake } from '@cortex/kernel/testing';\nexport const used = here + fake;\n`);
    const { output } = workspace.run('node_modules/typescript/bin/tsc', '--pretty', 'false', '-p', join(folder, 'tsconfig.imports.json'));

    expect(output.match(/error TS.*/g)).toEqual([expect.stringContaining("Cannot find module '@cortex/kernel/src/index'")]);
  }, LIMIT_MS);

  it('fail check-tags on an unknown and on a missing tag, and only there', () => {
    const withTags = (name, tags) => workspace.write(`libs/core/${name}/project.json`, JSON.stringify({ name, projectType: 'library', tags }));
    withTags('kernel', ['type:core', 'scope:kernal']);
    withTags('inference', ['type:core']);
    const { status, output } = workspace.run('tools/check-tags/check-tags.mjs');

    expect(status).toBe(1);
    expect(output).toContain('libs/core/kernel/project.json (kernel): unknown scope:kernal');
    expect(output).toContain('libs/core/inference/project.json (inference): no scope: tag');
    expect(output).not.toContain('batching');
  }, LIMIT_MS);
});
