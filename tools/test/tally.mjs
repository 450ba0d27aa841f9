/**
 * Adds up what a run of Nx did.
 * @param tasks Nx's own record of the run: `{ projectName, target, status }`, status 0 where it went well
 * @param resultsOf a project's counts as tools/jest/results-reporter.js noted them, undefined where it noted none
 * @returns counts, and the names of what failed and what was skipped
 */
export function tally(tasks, resultsOf) {
  const tests = tasks.filter(({ target }) => target === 'test').map((task) => ({ ...task, results: resultsOf(task.projectName) }));
  const inProject = (kind) => tests.flatMap(({ projectName, results }) => (results?.[kind] ?? []).map((name) => `${projectName}: ${name}`));
  const failed = [...inProject('failed'), ...tasks.filter((task) => failedOutsideTests(task, resultsOf)).map(({ projectName, target }) => `${projectName}: ${target}`)];
  return { passed: tests.reduce((sum, { results }) => sum + (results?.passed ?? 0), 0), failed, skipped: inProject('skipped') };
}

/** A task that failed counts as one, unless its tests are counted; tests that left no count have not been seen to pass. */
function failedOutsideTests({ projectName, target, status }, resultsOf) {
  if (target !== 'test') return status !== 0;
  const results = resultsOf(projectName);
  return results === undefined || (status !== 0 && results.failed.length === 0);
}

/** What a person reads at the end; the counts are the last line. */
export function summary({ passed, failed, skipped }) {
  const list = (title, names) => (names.length > 0 ? [title, ...names.map((name) => `  ${name}`), ''] : []);
  const counts = `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
  return ['', ...list('Skipped:', skipped), ...list('Failed:', failed), counts].join('\n');
}
