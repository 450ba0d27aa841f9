import { LangchainUnavailableError } from '../langchain.errors';

/** @throws LangchainUnavailableError where nothing comes for so long */
export async function inTime<T>(coming: Promise<T>, silenceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LangchainUnavailableError('silent')), silenceMs);
  });
  coming.catch(() => undefined); // of an answer that nobody waits for any more
  try {
    return await Promise.race([coming, silence]);
  } finally {
    clearTimeout(timer);
  }
}
