import { figure } from '../report';
import { markdownOf } from './page';

const section = { title: 'Names', about: 'Strict F1.', columns: ['model', 'all'], measured: [] };
const bound = figure({ suite: 'quality', case: 'm: F1', value: 0.79, unit: '', reference: '', samples: [] }, { atLeast: 0.8, aim: 0.84 });

describe('markdownOf', () => {
  it('writes tables of three decimals, what was missed and what was left out', () => {
    const page = markdownOf({ date: '2026-11-27', bounds: [bound], sections: [{ ...section, rows: [['m@1+int8', 0.79]], notes: ['this'] }], skipped: ['Sentiment: no data'] });
    expect(page).toContain('| what | measured | bound | aim | holds |\n|---|---|---|---|---|\n| m: F1 | 0.790 | >= 0.8 | 0.84 | **no** |');
    expect(page).toContain('## Names\nStrict F1.\n\n| model | all |\n|---|---|\n| m@1+int8 | 0.790 |\n\nMissed:\n- this');
    expect(page).toContain('## Not measured\n- Sentiment: no data\n');
  });

  it('says where no model is installed', () => {
    expect(markdownOf({ date: '2026-11-27', bounds: [], sections: [{ ...section, rows: [] }], skipped: [] })).toContain('No model for it is installed.');
  });
});
