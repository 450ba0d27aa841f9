const { TestEnvironment } = require('jest-environment-node');

/** Shares the outer realm's typed arrays, so that native addons accept the tensors that a spec makes. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of ['ArrayBuffer', 'SharedArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'BigUint64Array', 'Int8Array', 'Int16Array', 'Int32Array', 'BigInt64Array', 'Float32Array', 'Float64Array']) {
      this.global[name] = globalThis[name];
    }
  }
};
