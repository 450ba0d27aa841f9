import { readFileSync } from 'node:fs';
import { LANGUAGE_ENGINE, detectLanguage } from './language-detector';

const SENTENCES: Readonly<Record<string, string>> = {
  en: 'The committee said on Monday that the new rules would apply to all members.',
  de: 'Der Ausschuss sagte am Montag, dass die neuen Regeln für alle Mitglieder gelten.',
  fr: 'Le comité a déclaré lundi que les nouvelles règles s’appliqueraient à tous les membres.',
  es: 'El comité dijo el lunes que las nuevas reglas se aplicarían a todos los miembros.',
  it: 'Il comitato ha detto lunedì che le nuove regole si applicheranno a tutti i membri.',
  nl: 'De commissie zei maandag dat de nieuwe regels voor alle leden zouden gelden.',
  pl: 'Komisja powiedziała w poniedziałek, że nowe zasady będą dotyczyć wszystkich członków.',
  ru: 'Комитет заявил в понедельник, что новые правила будут применяться ко всем членам.',
  ja: '委員会は月曜日に、新しい規則がすべての会員に適用されると述べた。',
  zh: '委员会星期一表示，新规则将适用于所有成员。',
  ar: 'قالت اللجنة يوم الاثنين إن القواعد الجديدة ستنطبق على جميع الأعضاء.',
};

describe('detectLanguage', () => {
  const codeOf = (text: string) => detectLanguage(text, 0.4).code;

  it.each(Object.entries(SENTENCES))('knows %s', (code, sentence) => expect(codeOf(sentence)).toBe(code));

  it.each(['', '   ', '12345', 'OK', 'lol', 'Paris', 'xkcd zzz', '\ud800', '👨‍👩‍👧', 'iPhone 12 Pro'])('says unknown of %p', (text) => expect(codeOf(text)).toBe('unknown'));

  it.each([
    ['перенесут на воскресенье', 'ru'], ['де знаходиться кухня', 'uk'], ['къде е кухнята', 'bg'], ['أين يقع المطبخ', 'ar'], ['یک فنجان چای داغ', 'fa'], ['厨房在哪里', 'zh'],
    ['дуже дякую за все', 'unknown'], ['एक कप गरम चाय', 'unknown'], ['да', 'unknown'], ['hello мир', 'unknown'],
  ])('says of a few words in a script of few languages, %p, what they are if one of them stands out', (text, code) => expect(codeOf(text)).toBe(code));

  it('is not misled by a beginning in another language', () => {
    expect(codeOf(`${SENTENCES['de']!} ${SENTENCES['en']!.repeat(40)}`)).toBe('en');
  });

  it('reads a megabyte without a space, or without a letter, at once', () => {
    const since = performance.now();
    for (const unit of ['a', '漢', ' ', '1.']) detectLanguage(unit.repeat(1_000_000 / unit.length), 0.4);
    expect(performance.now() - since).toBeLessThan(500);
  });

  it('names the version that is installed', () => {
    expect(LANGUAGE_ENGINE).toBe(`eld@${versionOf('eld')}`);
  });
});

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(`${__dirname}/../../../../../../node_modules/${name}/package.json`, 'utf8')) as { version: string };
  return version;
}
