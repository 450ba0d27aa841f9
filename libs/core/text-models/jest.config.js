module.exports = { preset: '../../../jest.preset.js', displayName: 'text-models' };
