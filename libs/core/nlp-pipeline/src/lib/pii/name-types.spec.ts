import { isNameType, nameTypeOf, namesAsPii } from './name-types';

const entity = (text: string, words: string, label: string) => ({ text: words, start: text.indexOf(words), end: text.indexOf(words) + words.length, label, score: 0.9 });

describe('namesAsPii', () => {
  it('gives labels their types, and leaves out what is nobody\'s', () => {
    const text = 'Ada of Paris, by Ford in May';
    const entities = [entity(text, 'Ada', 'PER'), entity(text, 'Paris', 'GPE'), entity(text, 'Ford', 'ORG'), entity(text, 'May', 'DATE')];
    expect(namesAsPii(entities, text, 'm@1').map(({ type, start }) => [type, start])).toEqual([['PERSON', 0], ['LOCATION', 7], ['ORGANIZATION', 17]]);
  });

  it('takes no label of a form for a name', () => {
    const text = 'Bill to: Bill Ford';
    expect(namesAsPii([entity(text, 'Bill', 'PER'), { ...entity(text, 'Bill Ford', 'PER') }], text, 'm@1').map(({ start }) => start)).toEqual([9]);
  });

  it('takes no words of forms alone for a name', () => {
    const text = 'Human Resources, Social Security and Orchard Bank: a Bank';
    const entities = ['Human Resources', 'Social Security', 'Orchard Bank'].map((words) => entity(text, words, 'ORG'));
    expect(namesAsPii(entities, text, 'm@1').map(({ start }) => start)).toEqual([text.indexOf('Orchard')]);
  });

  it('takes no pieces of codes for a name, but a name beside one', () => {
    const text = 'SKU AFV-2308, London-2012 and 3M on 2012-11-22';
    const entities = ['SKU AFV', 'London', '3M', '2012-11-22'].map((words) => entity(text, words, 'ORG'));
    expect(namesAsPii(entities, text, 'm@1').map(({ start, end }) => text.slice(start, end))).toEqual(['London', '3M']);
  });

  it('knows the types of names', () => {
    expect(['PERSON', 'LOCATION', 'ORGANIZATION', 'EMAIL_ADDRESS'].map(isNameType)).toEqual([true, true, true, false]);
    expect(nameTypeOf('WORK_OF_ART')).toBeUndefined();
  });
});
