import type { ColumnValue, Outcome, RowError } from '../formats/row-format.port';
import { faultOf, RowFaultError } from '../tasks/row-faults';

type Ask<Question> = (questions: readonly Question[]) => Promise<readonly (readonly ColumnValue[])[]>;

/**
 * Asks all questions at once; where one of them is to blame for the failure of all, the others are asked without it. Which one
 * is, the error says, or it is found by halving. @throws what `ask` throws where no question is to blame
 */
export async function isolating<Question>(questions: readonly Question[], ask: Ask<Question>): Promise<readonly Outcome[]> {
  try {
    return (await ask(questions)).map((values) => ({ values }));
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    if (questions.length === 1) return [{ error: fault }];
    return error instanceof RowFaultError ? around(error.index, { questions, ask, fault }) : halves(questions, ask);
  }
}

interface Trouble<Question> {
  readonly questions: readonly Question[];
  readonly ask: Ask<Question>;
  readonly fault: RowError;
}

async function around<Question>(index: number, { questions, ask, fault }: Trouble<Question>): Promise<readonly Outcome[]> {
  const before = await ifAny(questions.slice(0, index), ask);
  return [...before, { error: fault }, ...(await ifAny(questions.slice(index + 1), ask))];
}

async function halves<Question>(questions: readonly Question[], ask: Ask<Question>): Promise<readonly Outcome[]> {
  const middle = Math.ceil(questions.length / 2);
  return [...(await isolating(questions.slice(0, middle), ask)), ...(await isolating(questions.slice(middle), ask))];
}

async function ifAny<Question>(questions: readonly Question[], ask: Ask<Question>): Promise<readonly Outcome[]> {
  return questions.length === 0 ? [] : isolating(questions, ask);
}
