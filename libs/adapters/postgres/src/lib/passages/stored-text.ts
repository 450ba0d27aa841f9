/** A text as PostgreSQL can keep it, of the same length, so that offsets hold: what it cannot keep becomes U+FFFD. */
export function storedText(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}
