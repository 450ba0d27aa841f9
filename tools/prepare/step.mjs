import { spawn } from 'node:child_process';

const TICK_MS = 1000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A step that failed; its output has been shown already. */
export class StepError extends Error {
  constructor(title, outcome) {
    super(`${title}: ${outcome}`);
    this.outcome = outcome;
  }
}

/**
 * Runs a command behind one line of progress on standard error; its output is shown whole when it fails.
 * A signal that stops us stops the command first.
 */
export async function runStep({ title, ...command }) {
  const started = performance.now();
  const seconds = () => `${Math.round((performance.now() - started) / 1000)} s`;
  const progress = showProgress(title, seconds);
  const { output, outcome } = await collect(command);
  progress.end(outcome === 'done' ? seconds() : outcome);
  if (outcome === 'done') return output;
  process.stderr.write(output);
  throw new StepError(title, outcome);
}

function showProgress(title, seconds) {
  const { stderr } = process;
  if (!stderr.isTTY) {
    stderr.write(`${title} …\n`);
    return { end: (result) => stderr.write(`${title}: ${result}\n`) };
  }
  const draw = (text) => stderr.write(`\r\x1b[K${title} … ${text}`);
  const timer = setInterval(() => draw(seconds()), TICK_MS);
  draw('');
  return {
    end(result) {
      clearInterval(timer);
      draw(`${result}\n`);
    },
  };
}

function collect({ command, args, cwd, env }) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    const stop = (signal) => child.kill(signal);
    const finish = (outcome) => {
      for (const signal of signals) process.off(signal, stop);
      done({ output: Buffer.concat(chunks).toString(), outcome });
    };
    for (const signal of signals) process.on(signal, stop);
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => finish(code === 0 ? 'done' : signal ? `stopped by ${signal}` : `failed with exit code ${code}`));
  });
}
