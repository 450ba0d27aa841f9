import { tagProblems } from './tag-problems.mjs';

const scopes = { kernel: { type: 'core', mayImport: [] }, onnx: { type: 'adapter', mayImport: ['kernel'] } };
const problemsOf = (...tags) => tagProblems({ name: 'kernel', root: 'libs/core/kernel', tags }, scopes);

describe('tagProblems', () => {
  it('accepts the type and scope of the table, and what npm adds', () => {
    expect(problemsOf('type:core', 'scope:kernel', 'npm:public')).toEqual([]);
  });

  it.each([
    ['no tags', [], 'no scope: tag'],
    ['no type', ['scope:kernel'], 'no type: tag, but scope:kernel is type:core'],
    ['no scope', ['type:core'], 'no scope: tag'],
    ['a mistyped dimension', ['typ:core', 'scope:kernel'], 'unknown tag typ:core'],
    ['a mistyped type', ['type:cor', 'scope:kernel'], 'type:cor, but scope:kernel is type:core'],
    ['a mistyped scope', ['type:core', 'scope:kernl'], 'unknown scope:kernl'],
    ['a scope that is a property of every object', ['type:core', 'scope:constructor'], 'unknown scope:constructor'],
    ['the type of another layer', ['type:adapter', 'scope:kernel'], 'type:adapter, but scope:kernel is type:core'],
    ['the scope of another lib', ['type:adapter', 'scope:onnx'], 'scope:onnx, but the folder is kernel'],
    ['two types', ['type:core', 'type:edge', 'scope:kernel'], 'more than one type'],
    ['two scopes', ['type:core', 'scope:kernel', 'scope:onnx'], 'more than one scope'],
    ['an empty value', ['type:', 'scope:kernel'], 'unknown tag type:'],
  ])('refuses %s', (_what, tags, message) => {
    expect(problemsOf(...tags)).toEqual([expect.stringContaining(message)]);
  });

  it('names the file to change', () => {
    expect(problemsOf()[0]).toMatch(/^libs\/core\/kernel\/project\.json \(kernel\)/);
  });
});
