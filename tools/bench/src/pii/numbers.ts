import type { Random } from './random';

/** Numbers as their issuers make them. Check digits are worked out here anew: nothing is taken from what is measured. */
export function cardNumber(random: Random): string {
  const [form, groups] = random.pick([['4###############', [4, 4, 4, 4]], ['51##############', [4, 4, 4, 4]], ['54##############', [4, 4, 4, 4]], ['2231############', [4, 4, 4, 4]], ['37#############', [4, 6, 5]], ['6011############', [4, 4, 4, 4]], ['3530############', [4, 4, 4, 4]]] as const);
  return grouped(withLastDigit(random.like(form), (digits) => luhnSum(digits) % 10 === 0), groups, random.pick(['', ' ', ' ', '-']));
}

export function ibanOf(random: Random): string {
  const [country, form] = random.pick([['DE', '##################'], ['GB', '@@@@##############'], ['FR', '#######################'], ['NL', '@@@@##########'], ['ES', '####################'], ['AT', '################'], ['IE', '@@@@##############'], ['PL', '########################'], ['SE', '####################'], ['CH', '#################'], ['IT', '@######################']] as const);
  const account = random.like(form);
  const numeric = `${account}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  const check = String(98 - Number(BigInt(numeric) % 97n)).padStart(2, '0');
  const whole = `${country}${check}${account}`;
  return random.below(3) === 0 ? whole : whole.replace(/(.{4})(?=.)/g, '$1 ');
}

export function phoneNumber(random: Random): string {
  const form = random.pick([
    '(212) 5##-####', '415-6##-####', '312.7##.####', '+1 617 5## ####', '1-800-4##-####', '(303) 4##-#### ext. ##', '+44 20 7### ####', '020 7### ####', '07700 900###', '+44 (0)161 496 0###',
    '+49 30 #######', '030 / #######', '+33 1 42 ## ## ##', '06 12 ## ## ##', '+34 91 5## ## ##', '+46 8 5## ## ##', '+31 20 5## ####', '+91 98### #####', '+55 11 9#### ####', '+48 22 5## ## ##',
  ]);
  return random.like(form);
}

export function usSsn(random: Random): string {
  const area = random.between(1, 665);
  return [String(area).padStart(3, '0'), String(random.between(1, 99)).padStart(2, '0'), String(random.between(1, 9_999)).padStart(4, '0')].join(random.pick(['-', '-', ' ']));
}

export function nhsNumber(random: Random): string {
  for (;;) {
    const digits = random.like('4########');
    const check = (11 - (sumOf(digits, (digit, i) => digit * (10 - i)) % 11)) % 11;
    if (check < 10) return grouped(`${digits}${check}`, [3, 3, 4], random.pick([' ', ' ', '']));
  }
}

export function germanTaxId(random: Random): string {
  for (;;) {
    const digits = random.like('§#########');
    if (Math.max(...digits.split('').map((digit) => digits.split(digit).length - 1)) > 3) continue;
    let product = 10;
    for (const digit of digits) product = (((Number(digit) + product) % 10 || 10) * 2) % 11;
    return grouped(`${digits}${(11 - product) % 10}`, [2, 3, 3, 3], random.pick([' ', '']));
  }
}

export function spanishNif(random: Random): string {
  const digits = random.like('########');
  return `${digits}${random.pick(['', '-'])}${'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23]}`;
}

export function pesel(random: Random): string {
  const birth = `${random.like('##')}${String(random.between(1, 12)).padStart(2, '0')}${String(random.between(1, 28)).padStart(2, '0')}`;
  const digits = `${birth}${random.like('####')}`;
  return `${digits}${(10 - (sumOf(digits, (digit, i) => digit * [1, 3, 7, 9][i % 4]!) % 10)) % 10}`;
}

export function personnummer(random: Random): string {
  const birth = `${random.like('##')}${String(random.between(1, 12)).padStart(2, '0')}${String(random.between(1, 28)).padStart(2, '0')}`;
  const digits = withLastDigit(`${birth}${random.like('####')}`, (all) => luhnSum(all) % 10 === 0);
  return `${random.pick(['', '19'])}${digits.slice(0, 6)}-${digits.slice(6)}`;
}

export function cpf(random: Random): string {
  const digits = random.like('#########');
  const first = ((10 * sumOf(digits, (digit, i) => digit * (10 - i))) % 11) % 10;
  const second = ((10 * sumOf(`${digits}${first}`, (digit, i) => digit * (11 - i))) % 11) % 10;
  return `${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6)}-${first}${second}`;
}

export function bsn(random: Random): string {
  for (;;) {
    const digits = random.like('§#######');
    const check = sumOf(digits, (digit, i) => digit * (9 - i)) % 11;
    if (check < 10) return `${digits}${check}`;
  }
}

export function ipAddress(random: Random): string {
  const v4 = () => [random.between(1, 223), random.below(256), random.below(256), random.between(1, 254)].join('.');
  return random.pick([v4, v4, () => random.like('2001:db8:¤¤¤¤::¤¤¤§'), () => random.like('fe80::¤¤¤¤:¤¤ff:fe¤¤:¤¤¤¤')])();
}

export function macAddress(random: Random): string {
  return random.pick([random.like('¤¤:¤¤:¤¤:¤¤:¤¤:¤¤'), random.like('¤¤-¤¤-¤¤-¤¤-¤¤-¤¤').toUpperCase(), random.like('¤¤¤¤.¤¤¤¤.¤¤¤¤')]);
}

function sumOf(digits: string, worth: (digit: number, index: number) => number): number {
  return digits.split('').reduce((sum, digit, i) => sum + worth(Number(digit), i), 0);
}

function luhnSum(digits: string): number {
  const doubled = (digit: number) => (digit * 2 > 9 ? digit * 2 - 9 : digit * 2);
  return sumOf(digits.split('').reverse().join(''), (digit, i) => (i % 2 === 1 ? doubled(digit) : digit));
}

function withLastDigit(digits: string, isRight: (digits: string) => boolean): string {
  return '0123456789'.split('').map((last) => digits.slice(0, -1) + last).find(isRight)!;
}

function grouped(digits: string, sizes: readonly number[], by: string): string {
  let at = 0;
  return sizes.map((size) => digits.slice(at, (at += size))).join(by);
}
