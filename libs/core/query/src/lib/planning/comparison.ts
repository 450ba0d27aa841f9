const SUBJECT = String.raw`(?:the\s+)?(.{2,80}?)`;
const FORMS = [
  new RegExp(String.raw`^\s*(?:please\s+)?(?:compare|contrast)\s+${SUBJECT}\s+(?:and|with|to|against)\s+(.{2,80}?)(?:\s+(?:in terms of|regarding|with respect to|by|for)\s+(.{2,80}?))?\s*[?.!]*$`, 'i'),
  new RegExp(String.raw`\b(?:difference|differences|similarities)\s+between\s+${SUBJECT}\s+and\s+(.{2,80}?)(?:\s+(?:in terms of|regarding|with respect to)\s+(.{2,80}?))?\s*[?.!]*$`, 'i'),
  new RegExp(String.raw`\bhow\s+(?:do|does|did)\s+${SUBJECT}\s+(?:differ from|compare (?:to|with))\s+(.{2,80}?)(?:\s+(?:in terms of|regarding|with respect to)\s+(.{2,80}?))?\s*[?.!]*$`, 'i'),
  new RegExp(String.raw`^\s*${SUBJECT}\s+(?:vs\.?|versus)\s+(.{2,80}?)(?:\s+(?:in terms of|regarding|with respect to)\s+(.{2,80}?))?\s*[?.!]*$`, 'i'),
];
const LONGEST = 400;

/** A comparison as the same question of each of its subjects; undefined for anything else. */
export function subjectsOf(question: string): readonly string[] | undefined {
  if (question.length > LONGEST) return undefined;
  for (const form of FORMS) {
    const [, first, last, aspect] = form.exec(question) ?? [];
    if (first === undefined || last === undefined) continue;
    const subjects = [...first.split(/\s*,\s*/), last].filter((subject) => subject !== '');
    return subjects.map((subject) => (aspect === undefined ? `What is said about ${subject}?` : `What is said about the ${aspect} of ${subject}?`));
  }
  return undefined;
}
