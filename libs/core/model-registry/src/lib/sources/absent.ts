import { systemCodeOf } from '@cortex/kernel';

/** What was found, undefined where no such file or folder is. @throws whatever else went wrong */
export async function unlessAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
    return undefined;
  }
}
