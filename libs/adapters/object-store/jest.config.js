module.exports = { preset: '../../../jest.preset.js', displayName: 'object-store' };
