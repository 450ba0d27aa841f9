/** What a page says of its charset, in `meta` or in an XML declaration. One that names UTF-16 in single bytes is wrong, and means UTF-8. */
export function charsetOfPage(head: string): string | undefined {
  const named = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head) ?? /^<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/i.exec(head);
  return named?.[1] && /^utf-?16/i.test(named[1]) ? 'utf-8' : named?.[1];
}
