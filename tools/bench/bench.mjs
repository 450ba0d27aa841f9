import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../prepare/build.mjs';
import { install } from '../prepare/install.mjs';
import { withLock } from '../prepare/lock.mjs';
import { prepareTemplate } from '../prepare/template.mjs';
import { root } from '../prepare/workspace.mjs';

// The references use ONNX Runtime without our adapter.
process.env.ORT_DISABLE_TELEMETRY = '1';

// Nothing that must be installed may be imported above: on a fresh clone there is only Node.
const bench = join(root, 'tools/bench');

await withLock(join(root, '.cache/prepare.lock'), async () => {
  await install(root);
  await build(root, join(root, 'apps/cortex/tsconfig.app.json'));
  await build(root, join(bench, 'tsconfig.lib.json'));
  await prepareTemplate(root);
});
await import(pathToFileURL(join(bench, 'dist/main.js')).href);
