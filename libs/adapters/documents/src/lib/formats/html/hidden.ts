/** What no reader sees as text of the page: code, what stands in for a medium, what is chosen from. */
const NOT_TEXT = new Set([
  ...['script', 'style', 'template', 'noscript', 'noembed', 'noframes', 'iframe', 'object', 'audio', 'video', 'canvas', 'svg'],
  ...['select', 'datalist', 'annotation', 'annotation-xml', 'rp'],
]);

const HIDING_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i;

/** Whether an element and all that is in it is not shown. Style sheets are not read. */
export function isHidden(name: string, attributes: Readonly<Record<string, string>>): boolean {
  if (NOT_TEXT.has(name) || 'hidden' in attributes) return true;
  if (name === 'dialog' && !('open' in attributes)) return true;
  return HIDING_STYLE.test(attributes['style'] ?? '');
}
