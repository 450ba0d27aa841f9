/** What a call of Nest's logger means. */
export interface LogEntry {
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/**
 * Nest's convention: a message (text, Error or object), then anything, then the context's name; for errors a stack
 * trace may stand before the name.
 */
export function readArguments(message: unknown, rest: readonly unknown[]): LogEntry {
  const params = rest.filter((param) => param !== undefined);
  const last = params.at(-1);
  const context = typeof last === 'string' && !isStack(last) ? String(params.pop()) : undefined;
  const stack = params.find(isStack);
  const details = params.filter((param) => param !== stack);

  return {
    message: textOf(message),
    fields: {
      ...(context !== undefined && { context }),
      ...fieldsOf(message),
      ...(stack !== undefined && { stack }),
      ...(details.length > 0 && { details }),
    },
  };
}

function isStack(value: unknown): value is string {
  return typeof value === 'string' && /\n\s+at /.test(value);
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'object' && message !== null ? '' : String(message);
}

function fieldsOf(message: unknown): Record<string, unknown> {
  if (message instanceof Error) return { err: message };
  if (Array.isArray(message)) return { details: message };
  return typeof message === 'object' && message !== null ? { ...message } : {};
}
