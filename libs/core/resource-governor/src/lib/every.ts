/** Runs a task again and again until it is disposed. */
export type Every = (ms: number, task: () => void) => Disposable;

/** By a timer that keeps no process alive. */
export const every: Every = (ms, task) => {
  const timer = setInterval(task, ms).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
