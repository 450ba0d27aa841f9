import type { Head } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import type { ModelVersion, ResolvedModel, TokenHeads } from '@cortex/model-registry';
import type { TextEngine } from '../text-engine';
import { EmptyInputError, NoHeadsError, NoOffsetsError, UnknownHeadError, WrongWidthError } from '../text-models.errors';
import type { AnnotateRequest, AnnotateResult } from './annotation';
import type { RowNumbers } from './head-readers';
import { Portions } from './portions';
import { HeadReaders, TextNotes } from './text-notes';
import type { WordWindow } from './word-windows';

const EVERY_TOKEN: Head = { pooling: 'tokens', normalize: false };

export async function annotate(engine: TextEngine, request: AnnotateRequest, context: RequestContext): Promise<AnnotateResult> {
  if (request.texts.length === 0) throw new EmptyInputError('texts');
  if (request.heads?.length === 0) throw new EmptyInputError('heads');
  const run = (model: ResolvedModel, by: RequestContext) => annotateWith(engine, { ...request, model }, by);
  return engine.ask({ reference: request.model, tasks: ['token-classify'] }, { run, numbersOf }, context);
}

type ResolvedRequest = Omit<AnnotateRequest, 'model'> & { readonly model: ResolvedModel };

/** While one portion runs, the next one is read. */
async function annotateWith(engine: TextEngine, { model, texts, heads: wanted }: ResolvedRequest, context: RequestContext): Promise<AnnotateResult> {
  const { version } = model;
  const heads = headsOf(version);
  const readers = new HeadReaders(picked(heads, wanted, version));
  const width = widthOf(heads);
  const notes = texts.map(() => new TextNotes(readers));
  const portions = new Portions({
    texts, tokenizer: await engine.tokenizerOf(version), reader: engine.reader,
    form: { maxTokens: engine.maxTokensOf(version), letterCase: version.tokenTypes === 'letter-case', sentences: version.rows === 'sentences' },
    noOffsets: () => new NoOffsetsError(version.name),
  });

  const numbersIn = (values: Float32Array, { row }: WordWindow): RowNumbers => {
    if (values.length !== row.ids.length * width) throw new WrongWidthError(version.name, values.length / row.ids.length, width);
    return { values, width };
  };
  let tokens = 0;
  let served: AnnotateResult['model'] | undefined;
  let portion = await portions.next(context);
  do {
    // Texts without a word run nothing, but are asked for all the same: whoever answers is named.
    const work = { rows: portion.map(({ window }) => window.row), head: version.head ?? EVERY_TOKEN };
    const [answer, following] = await Promise.all([engine.run(model, work, context), portions.next(context)]);
    await engine.reader.paced(portion.entries(), context, ([index, { text, window }]) => {
      tokens += window.row.ids.length;
      notes[text]!.add(window, numbersIn(answer.vectors[index]!, window));
    });
    served ??= answer.model;
    portion = following;
  } while (portion.length > 0);
  return { model: served, tokens, texts: notes.map(({ annotation }) => annotation) };
}

function headsOf({ name, heads }: ModelVersion): TokenHeads {
  if (!heads) throw new NoHeadsError(name);
  return heads;
}

function picked(heads: TokenHeads, wanted: readonly string[] | undefined, { name }: ModelVersion): TokenHeads {
  const unknown = wanted?.find((head) => !Object.hasOwn(heads, head));
  if (unknown !== undefined) throw new UnknownHeadError(name, unknown, Object.keys(heads));
  return wanted ? Object.fromEntries(wanted.map((head) => [head, heads[head]!])) : heads;
}

/** Numbers a token: the heads' columns are all that the graph gives. */
function widthOf(heads: TokenHeads): number {
  return Math.max(...Object.values(heads).map(({ columns }) => columns[1]));
}

/** How much each head found in each text, and what it made of the whole. */
function numbersOf({ texts }: AnnotateResult): Float32Array {
  return Float32Array.from(texts.flatMap(({ spans, scores }) => [
    ...Object.values(spans).map(({ length }) => length),
    ...Object.values(scores).flatMap((labels) => Object.values(labels)),
  ]));
}
