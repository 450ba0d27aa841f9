import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';

const typed = z.looseObject({ type: z.string().optional() });
const addedToken = z.looseObject({
  id: z.int().nonnegative(),
  content: z.string().min(1),
  special: z.boolean().default(false),
  normalized: z.boolean().optional(),
});

/** What must hold of a tokenizer.json before the library sees it. Its own limits on length are not read: the caller's count. */
const tokenizerFile = z.looseObject({
  added_tokens: z.array(addedToken).nullish().transform((tokens) => tokens ?? []),
  normalizer: typed.nullish().transform((part) => part ?? null),
  pre_tokenizer: typed.nullish().transform((part) => part ?? null),
  post_processor: typed.nullish().transform((part) => part ?? null),
  decoder: typed.nullish().transform((part) => part ?? null),
  model: z.looseObject({
    type: z.string().optional(),
    fuse_unk: z.boolean().nullish(),
    continuing_subword_prefix: z.string().nullish(),
  }),
});
export type TokenizerFile = z.infer<typeof tokenizerFile>;

/** What we use of the library; its own declarations do not resolve under nodenext. */
export interface TokenizerLibrary {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[]; readonly tokens: string[] };
  decode(ids: readonly number[], options: { readonly skip_special_tokens: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
  readonly normalizer: { normalize(text: string): string } | null;
  readonly pre_tokenizer: { pre_tokenize(text: string): string[] } | null;
  readonly model: { encode(words: readonly string[]): string[]; readonly unk_token_id?: number };
  readonly post_processor: PostProcessor | null;
}
interface PostProcessor {
  readonly config: { readonly type?: string };
  post_process(first: string[], second: string[] | null, special: boolean): Framed;
}
interface Framed {
  readonly tokens: string[];
  readonly token_type_ids?: number[];
}

/** Checks a parsed tokenizer.json and opens it. @throws Error with what is wrong with it. */
export function openTokenizer(json: unknown): { readonly file: TokenizerFile; readonly library: TokenizerLibrary } {
  const { data: file, error } = tokenizerFile.safeParse(json);
  if (!file) throw new Error(z.prettifyError(error));
  // Tidying spaces is the decoder's choice, made in the file, as in Hugging Face's own servers.
  const library: TokenizerLibrary = new Tokenizer({ ...file, normalizer: withPlainSigma(file.normalizer) }, { clean_up_tokenization_spaces: false });
  return { file, library };
}

/** The reference lower-cases letter by letter, JavaScript writes a capital sigma at the end of a word as its final form: so it is a small one before. */
function withPlainSigma(normalizer: TokenizerFile['normalizer']): TokenizerFile['normalizer'] {
  if (!normalizer || !lowerCases(normalizer)) return normalizer;
  return { type: 'Sequence', normalizers: [{ type: 'Replace', pattern: { String: 'Σ' }, content: 'σ' }, normalizer] };
}

function lowerCases({ type, lowercase, normalizers }: Record<string, unknown>): boolean {
  if (Array.isArray(normalizers)) return normalizers.some((one) => lowerCases(one as Record<string, unknown>));
  return type === 'Lowercase' || (type === 'BertNormalizer' && lowercase === true);
}
