const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The one that stands most often in the first line, outside of quotes; a comma where there is none. */
export function delimiterOf(head: string, mediaType: string): string {
  if (mediaType === 'text/tab-separated-values') return '\t';
  const [line = ''] = head.replace(/"[^"]*"/g, '').split(/[\n\r]/, 1);
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}
