/** Endings under which most addresses live: all countries, and the generic ones in wide use. */
const GENERIC =
  'com org net edu gov mil int info biz name pro mobi aero asia cat coop jobs museum post tel travel app dev page web cloud online site ' +
  'website store shop blog tech xyz club live life world today email network agency digital media news group team company solutions services ' +
  'software systems studio design health care clinic doctor dental hospital legal law finance bank insurance money academy school university ' +
  'art music photo video games fun top vip work works zone space link click host icu london berlin paris nyc tokyo eus gal';
const COUNTRIES =
  'ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co ' +
  'cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn ' +
  'hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm ' +
  'mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb ' +
  'sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu ' +
  'wf ws ye yt za zm zw';
/** Endings of files that are countries, too: README.md is no address. */
const FILES = new Set(['md', 'py', 'rs', 'sh', 'pl', 'ps', 'so', 'cc', 'mm', 'ml', 'vi', 'in', 'app']);
const KNOWN = new Set([...GENERIC.split(' '), ...COUNTRIES.split(' ')]);

/** An ending that exists; not the whole list, so a `false` is not a proof. */
export function isTopLevelDomain(ending: string): boolean {
  return KNOWN.has(ending.toLowerCase()) || /^xn--/i.test(ending);
}

/** An ending that by itself, without `www.`, a scheme or a path, makes a word an address. */
export function marksAddress(ending: string): boolean {
  return KNOWN.has(ending) && !FILES.has(ending);
}
