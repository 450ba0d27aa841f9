const CENSORED = '[redacted]';
const NAMES = 'proxy-authorization|authorization|x-api-key|api[-_]?key|set-cookie|cookie';
/** A secret header in a line of JSON: `"name":"value"`, `"name":[…]`, or the flat `"name","value"` of raw headers. */
const HEADER = new RegExp(`("(?:${NAMES})"\\s*[:,]\\s*)(?:"(?:[^"\\\\]|\\\\.)*"|\\[[^\\]]*\\])`, 'gi');
/** A key in running text, behind its scheme or by its own form. */
const BEARER = /\b(bearer\s+)[^\s"'\\,;)\]}]+/gi;
const GENERATED = /\bctx_[\w-]{43}(?![\w-])/g;

/** Takes keys out of a finished line: whatever logged it, at any depth, under any case. */
export function redact(line: string): string {
  return line.replace(HEADER, `$1"${CENSORED}"`).replace(BEARER, `$1${CENSORED}`).replace(GENERATED, CENSORED);
}
