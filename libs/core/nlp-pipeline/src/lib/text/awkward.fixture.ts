/** Texts that break careless code: name, text. */
export const AWKWARD: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['white space alone', ' \t\r\n\u00a0\u3000 '],
  ['lone surrogates', 'A \ud800 lone \udc00 one. And \ud83d\ude00 whole.'],
  ['NUL', 'Ada\u0000 met Bob.\u0000 They left.'],
  ['right-to-left marks', '\u200fשלום\u200e Ada in \u202bBerlin\u202c.'],
  ['combining sequences', 'Zoe\u0301 met A\u030angstro\u0308m. E\u0301tienne left.'],
  ['emoji families', 'Ada 👨‍👩‍👧‍👦 met Bob 👍🏽. 🇩🇪 Then left.'],
  ['CRLF', 'Ada came.\r\n\r\nBob left.\r\nThen\r\nnothing.'],
  ['mixed scripts', 'Ada ist 東京で。Привет мир! مرحبا؟ Bob in Paris.'],
  ['marks alone', '...!?!?"""()'],
];
