import { byForms, type Form } from '../recognizer';

const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const DAY = '(?:3[01]|[12]\\d|0?[1-9])';
const MONTH_NUMBER = '(?:1[0-2]|0?[1-9])';
const YEAR = '(?:1[6-9]|20)\\d{2}';
const TIME = String.raw`(?:[T ,]{1,2}(?:at )?(?:2[0-3]|[01]?\d):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: ?(?:[ap]\.?m\b\.?|Z\b|UTC|[+-]\d{2}:?\d{2}))?)?`;

/** A date, and the time that belongs to it. */
function date(name: string, source: string, score = 0.6): Form {
  return { name, regex: new RegExp(String.raw`(?<![\w/]|\d[.:-])(?:${source})${TIME}(?!\w|[/.-]\d)`, 'gi'), score };
}

/** Plain forms; what a model finds beside them (`last Tuesday`) is the caller's to add. */
export const dateTime = byForms({
  name: 'DateRecognizer',
  entity: 'DATE_TIME',
  context: ['date', 'birth', 'born', 'birthday', 'dob', 'expires', 'valid', 'since', 'until'],
  signs: { digits: 1 },
  forms: [
    date('yyyy-mm-dd', `${YEAR}([-/.])${MONTH_NUMBER}\\1${DAY}`),
    date('dd-mm-yyyy', `${DAY}([-/.])${MONTH_NUMBER}\\1(?:${YEAR}|\\d{2})`),
    date('mm-dd-yyyy', `${MONTH_NUMBER}([-/])${DAY}\\1(?:${YEAR}|\\d{2})`),
    date('dd month yyyy', `${DAY}(?:st|nd|rd|th)?[ -](?:of )?${MONTH}(?:,? |-)(?:${YEAR}|\\d{2})`),
    date('month dd yyyy', `${MONTH} ${DAY}(?:st|nd|rd|th)?,? ${YEAR}`),
    date('dd month', `${DAY}(?:st|nd|rd|th)?[ -](?:of )?${MONTH}`, 0.4),
    date('month dd', `${MONTH} ${DAY}(?:st|nd|rd|th)?`, 0.4),
    date('month yyyy', `${MONTH}[ -]${YEAR}`, 0.4),
    date('mm/yy', `${MONTH_NUMBER}/(?:${YEAR}|\\d{2})`, 0.1),
    { name: 'time', regex: /(?<![\w:.])(?:1[0-2]|0?[1-9])(?::[0-5]\d)? ?[ap]\.?m\b\.?/gi, score: 0.4 },
  ],
});
