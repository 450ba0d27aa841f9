/**
 * Runs `work(outcomes)` beside the real services: they start while `prepare` runs, and those that were not running before
 * stop afterwards, whatever happened in between.
 * @param up,down of tools/services, bound to their folder
 */
export async function besideServices({ up, down, prepare }, work) {
  const [services, prepared] = await Promise.allSettled([up(), prepare()]);
  const outcomes = services.status === 'fulfilled' ? services.value : [];
  try {
    for (const { status, reason } of [services, prepared]) if (status === 'rejected') throw reason;
    return await work(outcomes);
  } finally {
    await down(outcomes.filter(({ state }) => state === 'started').map(({ name }) => name));
  }
}

/** One line for each service that tests must do without. */
export function absences(outcomes) {
  return outcomes.filter(({ reason }) => reason !== undefined).map(({ name, state, reason }) => `services: ${name} is ${state}: ${reason}`);
}

/** Those that this machine should have been able to start: on a build server their skipped tests are no success. */
export function failures(outcomes) {
  return absences(outcomes.filter(({ state }) => state === 'failed'));
}
