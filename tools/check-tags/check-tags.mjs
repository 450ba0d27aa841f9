import { createRequire } from 'node:module';
import { scopes } from '../boundaries/layers.mjs';
import { tagProblems } from './tag-problems.mjs';

// A mistyped tag silently switches the boundary rule off for its project, so the tags are checked against the table.
const { createProjectGraphAsync } = createRequire(import.meta.url)('@nx/devkit');
const { nodes } = await createProjectGraphAsync();
const projects = Object.values(nodes).map(({ name, data }) => ({ name, root: data.root, tags: data.tags ?? [] }));
const problems = projects.flatMap((project) => tagProblems(project, scopes));
for (const problem of problems) console.error(problem);
if (problems.length === 0) console.log(`${projects.length} projects carry the tags that tools/boundaries/layers.mjs gives them`);
process.exitCode = problems.length > 0 ? 1 : 0;
