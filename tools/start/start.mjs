import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from '../prepare/build.mjs';
import { install } from '../prepare/install.mjs';
import { withLock } from '../prepare/lock.mjs';
import { StepError } from '../prepare/step.mjs';
import { prepareTemplate } from '../prepare/template.mjs';
import { root } from '../prepare/workspace.mjs';

// Nothing that must be installed may be imported above: on a fresh clone there is only Node.
const app = join(root, 'apps/cortex');
const waiting = (pid) => process.stderr.write(`Waiting for process ${pid}, which installs or builds …\n`);

try {
  await withLock(
    join(root, '.cache/prepare.lock'),
    async () => {
      await install(root);
      await build(root, join(app, 'tsconfig.app.json'));
      await prepareTemplate(root);
    },
    waiting,
  );
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

// In this process, so that the signals sent to `npm start` are the server's own.
await import(pathToFileURL(join(app, 'dist/main.js')).href);
