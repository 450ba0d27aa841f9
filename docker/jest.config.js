module.exports = { preset: '../jest.preset.js', displayName: 'docker', testMatch: ['<rootDir>/*.spec.mjs'] };
