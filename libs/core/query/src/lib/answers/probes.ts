/** Questions on everything under the sun: hardly any collection answers many of them. */
export const PROBES = [
  'How do I bake bread at home?', 'Who won the football match yesterday?', 'What causes a fever in children?', 'How is steel made?',
  'When did the French revolution begin?', 'Which visa do I need to work abroad?', 'How do I train a puppy?', 'What is the capital gains tax?',
  'Why is the sea salty?', 'How do I tune a guitar?', 'What does a black hole look like?', 'How are contracts ended early?',
  'Which plants grow in the shade?', 'How do I reset my password?', 'What is the plot of Hamlet?', 'How fast can a cheetah run?',
] as const;
