import type { DependencyHealth } from '@cortex/kernel';
import { z } from 'zod';

const MIB = 2 ** 20;
/** What S3 takes as parts, but for the last one. */
const LEAST_PART_BYTES = 5 * MIB;

/** Where a server listens. */
export interface S3Endpoint {
  readonly protocol: 'http:' | 'https:';
  readonly host: string;
  readonly port: number;
}

const endpoint = z.string().transform((text, context): S3Endpoint => {
  const url = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const { protocol, hostname, port, pathname, search, username } = URL.canParse(url) ? new URL(url) : new URL('none:///');
  const isWhole = (protocol === 'http:' || protocol === 'https:') && hostname !== '' && pathname === '/' && search === '' && username === '';
  if (!isWhole) context.addIssue({ code: 'custom', message: 'expected http(s)://host:port or host:port' });
  const isSecure = protocol === 'https:';
  return { protocol: isSecure ? 'https:' : 'http:', host: hostname, port: Number(port) || (isSecure ? 443 : 80) };
});

/** How an S3 server is reached. */
export const s3OptionsSchema = z.strictObject({
  /** `http(s)://host:port`, or `host:port`, which is http. */
  endpoint,
  /** 3 to 63 of a-z 0-9 . - Default cortex. */
  bucket: z.string().regex(/^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected a bucket name: 3 to 63 of a-z 0-9 . -').default('cortex'),
  accessKey: z.string().min(1),
  secretKey: z.string().min(1),
  /** Default us-east-1, which servers without regions take. */
  region: z.string().min(1).default('us-east-1'),
  /** Makes the bucket where there is none. Default true. */
  createBucket: z.boolean().default(true),
  /** What is held of an object on its way, and a 10,000th of the largest object. At least 5 MiB, default 8 MiB. */
  partBytes: z.int().min(LEAST_PART_BYTES).default(8 * MIB),
  /** How long the server may be silent where it should speak or listen. Default 10 s. */
  silenceMs: z.int().positive().default(10_000),
  /** How often a call is tried whose connection fails, or that the server is too busy for. Default 4. */
  attempts: z.int().positive().default(4),
  /** Before the second attempt; doubled for each, at most 2 s. Default 100 ms. */
  backOffMs: z.int().positive().default(100),
  /** Between two looks whether the server is there. Default 5 s. */
  watchMs: z.int().positive().default(5_000),
  /** How long a look may take before the server is called down. Default 2 s. */
  patienceMs: z.int().positive().default(2_000),
  /** Parts of objects that never became whole are removed after so long. Default 24 hours. */
  staleMs: z.int().positive().default(86_400_000),
});

/** How an S3 server is reached, and who hears how it is. */
export type S3Options = z.input<typeof s3OptionsSchema> & { readonly health?: DependencyHealth };
/** The options with their defaults filled in. */
export type S3Settings = z.output<typeof s3OptionsSchema> & { readonly health?: DependencyHealth };

/** @throws ZodError, which never shows a value */
export function s3Settings({ health, ...options }: S3Options): S3Settings {
  return { ...s3OptionsSchema.parse(options), health };
}
