import { stampInstall } from './install.mjs';
import { root } from './workspace.mjs';

// Runs after every `npm install` and `npm ci` by hand, so that `npm start` does not install again what is there.
if (!process.env.npm_config_omit) stampInstall(root);
