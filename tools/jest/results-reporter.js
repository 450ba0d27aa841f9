const { mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Notes a project's counts in `test-results/jest.json` for `npm test`. Only under Nx, which runs whole projects and
 * keeps the file in its cache; a run of a few specs by hand counts for nothing.
 */
module.exports = class ResultsReporter {
  constructor(globalConfig) {
    this.folder = join(globalConfig.rootDir, 'test-results');
    this.file = join(this.folder, 'jest.json');
  }

  onRunStart() {
    rmSync(this.file, { force: true });
  }

  onRunComplete(_contexts, results) {
    if (!process.env.NX_TASK_TARGET_PROJECT) return;
    const tests = results.testResults.flatMap((suite) => suite.testResults);
    const named = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).map(({ fullName }) => fullName);
    const broken = results.testResults.filter((suite) => suite.testExecError).map((suite) => suite.testFilePath);
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(
      this.file,
      JSON.stringify({ passed: results.numPassedTests, failed: [...named('failed'), ...broken], skipped: named('pending', 'todo', 'disabled') }, null, 2),
    );
  }
};
