import type { ResolveRequest } from '@cortex/text-models';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';
import { detectLanguage } from '../text/language-detector';
import { refusal } from '../text/made-for';

export interface WantedModel {
  readonly run: Run;
  readonly model: string | undefined;
  readonly tasks: ResolveRequest['tasks'];
}

/**
 * Asks a model about the texts that it is made for; the others are refused in its name, and cost it nothing. Where its folder names
 * languages, a text counts as what the pipeline's `language` says, and without that as what is detected here.
 */
export async function inItsLanguages<Value>(docs: readonly DocInWork[], { run, model, tasks }: WantedModel, ask: (docs: readonly DocInWork[]) => Promise<readonly Outcome<Value>[]>): Promise<readonly Outcome<Value>[]> {
  const { name, version, languages } = await run.models.resolve({ ...(model !== undefined && { model }), tasks }, run.context);
  if (languages === undefined) return ask(docs);
  const errors = await refusals(docs, run, { engine: `${name}@${version}`, languages });
  const fit = docs.filter((_doc, index) => errors[index] === undefined);
  const answers = (fit.length > 0 ? await ask(fit) : []).values();
  return errors.map((error) => (error ? { error } : answers.next().value!));
}

async function refusals(docs: readonly DocInWork[], run: Run, { engine, languages }: { readonly engine: string; readonly languages: readonly string[] }): Promise<readonly ReturnType<typeof refusal>[]> {
  const errors: ReturnType<typeof refusal>[] = [];
  for (const { text, parts } of docs) {
    if (run.pace.isDue()) await run.pace.rest();
    const language = parts.language ?? detectLanguage(text);
    errors.push(refusal({ text, parts: { language } }, engine, languages));
  }
  return errors;
}
