/** A text as the sentences that a reader would cut it into; joined they are the text. */
export type SentenceCase = readonly string[];

/** Written for this page; by what makes them hard. */
export const SENTENCE_CASES: Readonly<Record<string, readonly SentenceCase[]>> = {
  abbreviations: [
    ['Dr. Ellen Marsh and Mr. Osei met at St. Bride’s at 6 p.m. on Friday. ', 'They had not spoken since the trial. ', 'Neither of them smiled.'],
    ['The parcel was sent to Mason & Co. in Leeds. ', 'It never arrived. ', 'Ms. Patel asked for a refund.'],
    ['Bring a coat, gloves, boots, etc. for the walk. ', 'The weather up there turns quickly.'],
    ['He moved to Washington, D.C. in 1998. ', 'His sister stayed in the U.K. with their parents. ', 'They write every week.'],
    ['Prof. Lindgren cites the older study (cf. Sec. 4, p. 112). ', 'It was never repeated. ', 'Why not?'],
    ['The fee is approx. 30 euros, i.e. less than a train ticket. ', 'Children go free.'],
    ['She works for Hartwell Inc. as an engineer. ', 'Hartwell Inc. builds pumps. ', 'It has offices in the U.S. and Canada.'],
    ['Gen. Ortiz spoke first. ', 'Sen. Wu, Rep. Diaz and Gov. Hale listened. ', 'Nobody asked a question.'],
    ['The shop opens at 9 a.m. ', 'It closes at 5 p.m. ', 'On Sundays it stays shut.'],
    ['I paid on Dec. 3 and again on Jan. 14. ', 'Both times the card was refused.'],
  ],
  initials: [
    ['J. K. Rowling lives in Edinburgh. ', 'J.R.R. Tolkien taught at Oxford. ', 'Both wrote for children, too.'],
    ['George H. W. Bush came after Reagan. ', 'Harry S. Truman came long before. ', 'I remember neither.'],
    ['The book by A. Moreau et al. is out of print. ', 'Libraries still have it.'],
  ],
  numbers: [
    ['The rate rose from 2.5 to 3.75 percent. ', 'Analysts had expected 3.5. ', 'Markets fell by 1.2 percent.'],
    ['Pi is about 3.14159. ', 'Euler’s number is about 2.71828. ', 'Neither ever ends.'],
    ['Version 4.0.2 fixes the crash. ', 'Users of 3.9 should update. ', 'Older releases are no longer served.'],
    ['It cost $1,250.50 in 2019. ', '2020 was cheaper. ', 'Now nobody sells it.'],
    ['See Fig. 3 and Eq. 12. ', 'No. 7 on the list is missing. ', 'Vol. 2 will follow.'],
    ['Das kostet 1.299,00 Euro. ', 'Die Lieferung kommt am 3. Mai. ', 'Danach ist Schluss.'],
  ],
  quotes: [
    ['“Are you coming?” she asked. ', '“Not today,” he said. ', 'The door closed.'],
    ['He shouted, “Stop!” ', 'Nobody stopped. ', '“I said stop!” he cried again.'],
    ['"It works." ', '"Of course it does." ', '"Then why are we here?"'],
    ['She wrote: "I am fine." ', 'That was all.'],
    ['(We left early.) ', 'The others stayed. ', '[They always do.]'],
    ['«Où vas-tu?» demanda-t-il. ', 'Elle ne répondit pas. ', 'Il haussa les épaules.'],
    ['„Komm rein!“, rief sie. ', 'Er blieb stehen. ', 'Der Regen wurde stärker.'],
    ['The sign read ‘No entry.’ ', 'We went in all the same.'],
  ],
  ellipses: [
    ['I thought... well, never mind. ', 'It does not matter. ', 'Or does it…'],
    ['Wait… who is there? ', 'Nobody answered... ', 'Then a cat walked in.'],
    ['He counted: one, two, three ... and jumped. ', 'The water was cold.'],
  ],
  marks: [
    ['What?! ', 'You sold the car? ', 'Unbelievable!!! ', 'And for how much?'],
    ['Yahoo! was founded in 1994. ', 'It once was the largest portal.'],
    ['Did you read “Who’s Afraid of Virginia Woolf?” in school? ', 'We did.'],
    ['Go! ', 'Now! ', 'Please?'],
  ],
  addresses: [
    ['See https://example.org/a.b?c=1. ', 'It explains everything. ', 'Write to help@example.org if it does not.'],
    ['The file is called report.final.v2.pdf. ', 'Open it with any viewer. ', 'node.js is not needed.'],
    ['Visit www.example.com! ', 'Our server is 10.0.0.1. ', 'Port 8700 is open.'],
    ['Run ./configure --prefix=/usr. ', 'Then call make. ', 'The output lies in ./build.'],
  ],
  lists: [
    ['1. Boil the water.\n', '2. Add the tea.\n', '3. Wait four minutes.'],
    ['You need:\n- two eggs\n- some flour\n- a pinch of salt\n\n', 'Mix everything. ', 'Bake for an hour.'],
    ['a) Read the text. ', 'b) Answer the questions. ', 'c) Hand it in.'],
    ['There are two reasons: (1) it is slow; (2) it is expensive. ', 'We chose another one.'],
  ],
  lines: [
    ['Minutes of the meeting\n\n', 'All members were present. ', 'The chair opened at nine.'],
    ['This sentence runs\nover two lines. ', 'This one does not.'],
    ['Dear Anna,\n\n', 'thank you for your letter. ', 'We were very glad.\n\n', 'Yours,\nTom'],
    ['First paragraph ends here.\n\n\n', 'Second paragraph has no stop\n\n', 'Third one has.'],
  ],
  'without a stop': [
    ['The last sentence has no stop. ', 'It just ends'],
    ['no capitals here. nobody cares about them. that is how people type'],
    ['One line only'],
  ],
  'names that begin small': [
    ['We bought an iPad. ', 'iPads were on sale. ', 'Then we left.'],
    ['He sold it on eBay. ', 'eBay took its share.'],
  ],
  'other scripts': [
    ['今日は雨です。', '傘を持って行きましょう。', '明日は晴れますか？', 'たぶん。'],
    ['他昨天来了。', '“你好吗？”', '他问。', '我说：很好！'],
    ['هل وصلت الرسالة؟ ', 'نعم، وصلت أمس. ', 'شكرا لك.'],
    ['یہ کتاب اچھی ہے۔ ', 'کیا آپ نے پڑھی؟ ', 'جی ہاں۔'],
    ['वह बाज़ार गया। ', 'क्या वह लौटा? ', 'नहीं।'],
    ['Он уехал в г. Тверь. ', 'Вернётся ли он? ', 'Никто не знает.'],
    ['Πού πας; ', 'Στο σπίτι. ', 'Έλα μαζί μου!'],
    ['¿Dónde está? ', '¡No lo sé! ', 'Pregúntale al Sr. Gómez. ', 'Él lo sabe.'],
    ['Il arrive à 8 h. ', 'M. Dupont l’attend. ', 'Le train part à 9 h 15.'],
    ['오늘은 춥다. ', '내일은 어떨까? ', '모르겠다.'],
  ],
};
