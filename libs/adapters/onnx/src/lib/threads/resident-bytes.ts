import { readFile } from 'node:fs/promises';

const PROPORTIONAL = /^Pss:\s+(\d+) kB$/m;

/** Memory of this process; what it shares with others (the program, mapped weights) counts in parts where the system tells (Linux: PSS). */
export async function residentBytes(): Promise<number> {
  const rollup = await readFile('/proc/self/smaps_rollup', 'utf8').catch(() => ''); // Linux alone has it, and some sandboxes hide it
  const [, kilobytes] = PROPORTIONAL.exec(rollup) ?? [];
  return kilobytes === undefined ? process.memoryUsage.rss() : Number(kilobytes) * 1024;
}
