/** A probability a label, and the label that is right. */
export interface Judgement {
  readonly scores: Readonly<Record<string, number>>;
  readonly gold: string;
}

export interface Calibration {
  /** Share of texts whose likeliest label is right. */
  readonly accuracy: number;
  /** Mean of -ln of what the right label was given, in nats; infinite where it was given nothing. */
  readonly surprise: number;
  /** Expected calibration error in ten bins of equal width: how far the highest probability is from the share that is right (Naeini et al. 2015). */
  readonly calibrationError: number;
}

const BINS = 10;

export function calibration(judgements: readonly Judgement[]): Calibration {
  const bins = Array.from({ length: BINS }, () => ({ sure: 0, right: 0 }));
  let surprise = 0;
  for (const { scores, gold } of judgements) {
    const [label, chance] = Object.entries(scores).reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0]);
    const bin = bins[Math.min(BINS - 1, Math.floor(chance * BINS))]!;
    bin.sure += chance;
    bin.right += label === gold ? 1 : 0;
    surprise -= Math.log(scores[gold] ?? 0);
  }
  const sum = (value: (bin: (typeof bins)[number]) => number) => bins.reduce((total, bin) => total + value(bin), 0) / judgements.length;
  return { accuracy: sum(({ right }) => right), surprise: surprise / judgements.length, calibrationError: sum(({ sure, right }) => Math.abs(sure - right)) };
}
