module.exports = {
  preset: '../../jest.preset.js',
  displayName: 'cortex-e2e',
  testMatch: ['<rootDir>/src/**/*.e2e-spec.ts'],
  testTimeout: 120_000,
  // Each file starts a server that uses every core.
  maxWorkers: 1,
};
