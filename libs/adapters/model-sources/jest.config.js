module.exports = { preset: '../../../jest.preset.js', displayName: 'model-sources' };
