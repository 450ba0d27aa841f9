module.exports = { preset: '../../jest.preset.js', displayName: 'pack', testMatch: ['<rootDir>/*.spec.mjs'] };
