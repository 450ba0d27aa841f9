const words = (list: string) => new Set(list.split(' '));

/** Stand before a name, where they begin with a capital. Here as below: lower case, without the last dot. */
export const TITLES = words(
  'mr mrs ms mx dr prof st ste gen sen rep gov capt cpt lt col sgt maj cmdr adm rev hon pres supt det insp messrs mme mlle fr hr mt ft',
);

/** Explain what follows, so that no sentence ends behind them. */
export const LEADING = words('e.g i.e cf vs v viz approx ca resp incl excl aka');

/** Stand before a number: "No. 5", "pp. 3-7", "Fig. 2". */
export const BEFORE_NUMBERS = words('no nos nr vol vols p pp fig figs eq eqs sec secs ch chap art par para ver bd abb');

/** Months and days, where they begin with a capital. */
export const DATES = words('jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun');

/** Stand behind the dot of an ordinal number in German: "am 3. Mai". */
export const GERMAN_MONTHS = words('januar jänner februar märz april mai juni juli august september oktober november dezember');

/** May stand at the end of a sentence or within one: what follows decides. */
export const TRAILING = words(
  'etc inc ltd co corp llc plc bros jr sr esq ph.d m.d b.a m.a b.sc m.sc d.phil a.m p.m u.s u.k u.s.a u.n e.u d.c l.a n.y ' +
    'dept univ assn ave blvd rd hwy est usw bzw ggf d.h z.b u.a al ed eds',
);

/** Words that seldom begin a name: a capital one behind an abbreviation begins a sentence. */
export const STARTERS = words(
  'the a an this that these those it its he his she her they their we our you your i my there here then when while where what who why how which ' +
    'if in on at by for from to with as after before since but and or so yet however moreover also although because during until once ' +
    'not some many most all each every few both another other such is are was were do does did have has had can could will would should must let',
);

/** Whether the dot behind this word (as it is written) is always or mostly its own. */
export function ownsItsDot(word: string): boolean {
  const small = word.toLowerCase();
  return LEADING.has(small) || TRAILING.has(small) || (small !== word && (TITLES.has(small) || DATES.has(small)));
}
