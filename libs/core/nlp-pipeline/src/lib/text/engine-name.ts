/** A model as a Doc names it: `cortex-nlp-en@1+int8 (sha256:…)`. */
export function engineName({ name, version, variant, digest }: { readonly name: string; readonly version: string; readonly variant: string; readonly digest: string }): string {
  return `${name}@${version}+${variant} (${digest})`;
}
