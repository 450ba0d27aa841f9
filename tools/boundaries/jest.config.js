module.exports = { preset: '../../jest.preset.js', displayName: 'boundaries', testMatch: ['<rootDir>/*.spec.mjs'] };
