import { basename } from 'node:path/posix';

/** What is wrong with a project's tags: one scope, known and named as its folder, and the type that the table gives that scope. */
export function tagProblems({ name, root, tags }, scopes) {
  const problem = (text) => [`${root}/project.json (${name}): ${text}`];
  const unknown = tags.filter((tag) => !/^(type|scope|npm):./.test(tag));
  if (unknown.length > 0) return problem(`unknown tag ${unknown.join(', ')}; a tag is type:… or scope:…`);

  const [scope, ...more] = valuesOf(tags, 'scope');
  if (scope === undefined) return problem('no scope: tag');
  if (more.length > 0) return problem(`more than one scope: ${tags.join(', ')}`);
  if (!Object.hasOwn(scopes, scope)) return problem(`unknown scope:${scope}; add it to tools/boundaries/layers.mjs with what it may import`);

  if (scope !== basename(root)) return problem(`scope:${scope}, but the folder is ${basename(root)}`);

  const [type, ...others] = valuesOf(tags, 'type');
  if (others.length > 0) return problem(`more than one type: ${tags.join(', ')}`);
  if (type !== scopes[scope].type) return problem(`${type === undefined ? 'no type: tag' : `type:${type}`}, but scope:${scope} is type:${scopes[scope].type}`);
  return [];
}

function valuesOf(tags, dimension) {
  return tags.filter((tag) => tag.startsWith(`${dimension}:`)).map((tag) => tag.slice(dimension.length + 1));
}
