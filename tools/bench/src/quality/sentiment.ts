import { internalContext } from '@cortex/kernel';
import { calibration } from './calibration';
import { readHeldOutOpinions } from './opinions';
import { sampleOf, type Laboratory, type Section, type Topic } from './topic';

/** Whether opinions are read rightly, and whether the probabilities mean what they say. */
export const sentiment: Topic = { title: 'Sentiment', needs: ['sentiment'], measure };

async function measure({ service, data, most }: Laboratory): Promise<Section> {
  const opinions = sampleOf(readHeldOutOpinions(data), most);
  const rows: Section['rows'][number][] = [];
  const measured: Section['measured'][number][] = [];
  for (const { model, variant, reference } of service.critics) {
    const { texts } = await service.texts.annotate({ model: reference, texts: opinions.map(({ text }) => text), heads: ['sentiment'] }, internalContext());
    const { accuracy, surprise, calibrationError } = calibration(texts.map(({ scores }, index) => ({ scores: scores['sentiment'] ?? {}, gold: opinions[index]!.gold })));
    rows.push([reference, accuracy, surprise, calibrationError]);
    measured.push({ measure: 'SST-2 held-out sentences, accuracy', value: accuracy, model: model.name, variant });
  }
  return {
    about: `${opinions.length} full sentences of SST-2's train file that trainings keep out, with all phrases of theirs. Surprise: mean of -ln of the right label's probability, in nats (0.693: a coin). Calibration error: expected, in ten bins.`,
    columns: ['model', 'accuracy', 'surprise', 'calibration error'], rows, measured,
  };
}
