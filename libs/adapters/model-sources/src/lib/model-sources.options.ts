import { z } from 'zod';

/** Where models may be taken from; parsed by the module. */
export const modelSourcesOptionsSchema = z.strictObject({
  /** Hosts that may be asked, `*.` before one for every name below it. Default the Hugging Face Hub and where it keeps its files. */
  allowedHosts: z.array(z.string().min(1)).readonly().default(['huggingface.co', '*.huggingface.co', '*.hf.co']),
  /** Also private networks, plain http and other ports: for a mirror inside the house. Default false. */
  allowPrivate: z.boolean().default(false),
  /** Default https://huggingface.co; its host is always allowed. */
  hubUrl: z.url({ protocol: /^https?$/ }).default('https://huggingface.co'),
  /** For private and gated models; sent to the hub alone. */
  hubToken: z.string().min(1).optional(),
  /** How long a server may be silent. Default 30 s. */
  silenceMs: z.int().positive().default(30_000),
  /** Default 5. */
  maxRedirects: z.int().min(0).default(5),
});

export type ModelSourcesOptions = z.input<typeof modelSourcesOptionsSchema>;
/** The options with their defaults filled in. */
export type ModelSourcesSettings = z.output<typeof modelSourcesOptionsSchema>;
