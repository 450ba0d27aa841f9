module.exports = { preset: '../../jest.preset.js', displayName: 'bundled-models' };
