const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { TestEnvironment } = require('jest-environment-node');

// For specs that use ONNX Runtime without our adapter; a spec's own `process.env` is a copy that the library does not read.
process.env.ORT_DISABLE_TELEMETRY = '1';

/** Where `tools/services` writes what it started. */
const SERVICES = join(module.path, '../../.cache/services/services.json');

function runningServices() {
  try {
    return JSON.parse(readFileSync(SERVICES, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return {};
  }
}

/** Shares the outer realm's typed arrays, so that native addons accept the tensors that a spec makes, and says which real services run. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'BigUint64Array', 'Int8Array', 'Int16Array', 'Int32Array', 'BigInt64Array', 'Float32Array', 'Float64Array']) {
      this.global[name] = globalThis[name];
    }
    this.global.cortexTestServices = runningServices();
  }
};
