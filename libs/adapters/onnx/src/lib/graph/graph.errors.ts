/** What ONNX Runtime said about a file or an input, free of paths. It crosses threads; the runtime turns it into the port's errors. */
export class GraphError extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'GraphError';
  }
}

/** Keeps the meaning of ONNX Runtime's text and drops where things lie: on this machine, and in its own sources. */
export function graphErrorOf(error: unknown, file: string): GraphError {
  const { message } = error as Error;
  return new GraphError(withoutPaths(message, file).replace(/\s+/g, ' ').trim());
}

const SOURCE_LOCATION = /\S*\.(?:cc|cpp|hpp|h):\d+ (?:[^()]*?::[\w~]+\([^)]*\)(?: const)? |\w+ )?/g;
/** Not after a quote: the names of nodes look like paths, and are worth reading. */
const ABSOLUTE_PATH = /(^|[\s:("])(?:[A-Za-z]:)?[\\/][^\s'":,)]+[\\/][^\s'":,)]+/g;

function withoutPaths(text: string, file: string): string {
  return text
    .replaceAll(file, 'the file')
    .replace(/^Load model from the file failed:\s*/, '')
    .replace(SOURCE_LOCATION, '')
    .replace(ABSOLUTE_PATH, '$1the file');
}
