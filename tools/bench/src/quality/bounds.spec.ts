import { bounded } from './bounds';

const measure = 'WikiANN-en dev, strict span F1';
const of = (variant: string, value: number, model = 'cortex-nlp-en') => ({ measure, model, variant, value });

describe('bounded', () => {
  it('holds the served file against its bound, and int8 against fp32', () => {
    expect(bounded([of('fp32', 0.83), of('int8', 0.815)]).map(({ case: name, value, holds }) => [name, Number(value.toFixed(3)), holds])).toEqual([
      [`cortex-nlp-en+int8: ${measure}`, 0.815, true],
      [`cortex-nlp-en, int8 against fp32: ${measure}`, -0.015, false],
    ]);
  });

  it('takes fp32 where there is nothing else', () => {
    expect(bounded([of('fp32', 0.79)])).toMatchObject([{ value: 0.79, holds: false, aim: 0.84 }]);
  });

  it('asks nothing of other models but that int8 loses little', () => {
    expect(bounded([of('fp32', 0.5, 'mine'), of('int8', 0.5, 'mine')])).toMatchObject([{ case: `mine, int8 against fp32: ${measure}`, value: 0, holds: true }]);
  });
});
