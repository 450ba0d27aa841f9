const FOODS = 'onions carrots butter flour eggs sugar salt pepper garlic basil tomatoes cheese lemons honey apples beans rice noodles mushrooms cream'.split(' ');
const DEEDS = 'chop peel fry bake stir boil roast mix knead season simmer serve grate whisk'.split(' ');
const SENTENCES = 4;

/** Short documents on nothing but cooking; the same ones each time. */
export function recipes(count: number): { readonly id: string; readonly text: string }[] {
  let state = 7;
  const one = (words: readonly string[]) => words[(state = (state * 48_271) % 2_147_483_647) % words.length]!;
  const sentence = () => `Now ${one(DEEDS)} the ${one(FOODS)} with ${one(FOODS)}, then ${one(DEEDS)} the ${one(FOODS)} and ${one(DEEDS)} them slowly.`;
  return Array.from({ length: count }, (_, n) => ({ id: `recipe-${n}`, text: Array.from({ length: SENTENCES }, sentence).join(' ') }));
}
