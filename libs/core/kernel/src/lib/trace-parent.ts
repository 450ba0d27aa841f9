/** Version, trace id and parent id, flags; versions after 00 may go on after a dash. */
const TRACE_PARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** The trace id of a `traceparent`, 32 hex digits; undefined when it cannot be read. Source: W3C Trace Context, section 3.2. */
export function traceIdOf(traceparent: string): string | undefined {
  const [, version, traceId, rest] = TRACE_PARENT.exec(traceparent) ?? [];
  return version === '00' && rest !== undefined ? undefined : traceId;
}
