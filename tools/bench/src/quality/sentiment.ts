import { internalContext } from '@cortex/kernel';
import { calibration } from './calibration';
import type { ModelService, Subject } from './model-service';
import { paragraphsOf, readHeldOutOpinions, type Opinion } from './opinions';
import { sampleOf, type Laboratory, type Section, type Topic } from './topic';

/** Whether opinions are read rightly, and whether the probabilities mean what they say. */
export const sentiment: Topic = { title: 'Sentiment', needs: ['sentiment'], measure };

async function measure({ service, data, most }: Laboratory): Promise<Section> {
  const opinions = sampleOf(readHeldOutOpinions(data), most);
  const paragraphs = paragraphsOf(opinions, [2, 3, 4, 5, 6, 7, 8]);
  const rows: Section['rows'][number][] = [];
  const measured: Section['measured'][number][] = [];
  for (const subject of service.critics) {
    const alone = await judgedBy(service, subject, opinions);
    rows.push([subject.reference, 'sentences', ...alone], [subject.reference, 'joined', ...(await judgedBy(service, subject, paragraphs))]);
    measured.push({ measure: 'SST-2 held-out sentences, accuracy', value: alone[0], model: subject.model.name, variant: subject.variant });
  }
  return {
    about: `${opinions.length} full sentences of SST-2's train file that trainings keep out, with all phrases of theirs; and 2 to 8 of one mood joined to ${paragraphs.length} texts. Surprise: mean of -ln of the right label's probability, in nats (0.693: a coin). Calibration error: expected, in ten bins.`,
    columns: ['model', 'texts', 'accuracy', 'surprise', 'calibration error'], rows, measured,
  };
}

/** Accuracy, surprise, calibration error. */
async function judgedBy({ texts: models }: ModelService, { reference }: Subject, opinions: readonly Opinion[]): Promise<readonly [number, number, number]> {
  const { texts } = await models.annotate({ model: reference, texts: opinions.map(({ text }) => text), heads: ['sentiment'] }, internalContext());
  const { accuracy, surprise, calibrationError } = calibration(texts.map(({ scores }, index) => ({ scores: scores['sentiment'] ?? {}, gold: opinions[index]!.gold })));
  return [accuracy, surprise, calibrationError];
}
