const TOPICS = [
  ...['a sourdough starter', 'the French revolution', 'tax deductions', 'a dishwasher', 'monarch butterflies', 'photosynthesis', 'a mortgage', 'cricket', 'a woollen sweater', 'the Roman empire', 'vaccines', 'the stock market'],
  ...['a vegetarian lasagna', 'the Spanish language', 'the human heart', 'black holes', 'coffee beans', 'a marathon', 'the Great Wall', 'insulin', 'quantum computers', 'divorce', 'a kitchen garden', 'database indexes', 'Shakespeare'],
  ...['climate policy', 'a used car', 'dinosaurs', 'jazz piano', 'inequality', 'wine', 'an electric guitar', 'bees', 'the Amazon river', 'chess', 'depression', 'the printing press', 'solar panels', 'a passport', 'cancer screening'],
  ...['web pages', 'the moon landing', 'sleep', 'Renaissance painting', 'elephants'],
];
const FORMS = [
  (topic: string) => `What is the history of ${topic}?`,
  (topic: string) => `How does a beginner start with ${topic}?`,
  (topic: string) => `What are the main problems of ${topic}, and how can they be solved?`,
  (topic: string) => `How much does one spend on ${topic}?`,
  (topic: string) => `Which experts have written about ${topic}?`,
];

/** Questions that have nothing to do with aerodynamics. */
export function strangeQuestions(count: number): readonly string[] {
  return TOPICS.flatMap((topic) => FORMS.map((form) => form(topic))).slice(0, count);
}

/** How often one of the former is above one of the latter: 1 where they are apart, 0.5 by chance. */
export function areaUnderCurve(above: readonly number[], below: readonly number[]): number {
  const won = above.map((one) => below.reduce((sum, other) => sum + (one > other ? 1 : one === other ? 0.5 : 0), 0));
  return won.reduce((sum, wins) => sum + wins, 0) / (above.length * below.length);
}
