import { existsSync, readFileSync } from 'node:fs';

const FACTS = '/proc/cpuinfo';
const INSTRUCTIONS = /\b(avx512_vnni|avx_vnni|amx_int8|asimddp)\b/;

/**
 * Whether this processor multiplies uint8 by int8 exactly. Without such instructions (AVX2 alone, for example) ONNX Runtime's
 * products saturate in 16 bits, and an int8 model is a little further from fp32 than its card says. Taken for granted off Linux.
 */
export function hasExactInt8Products(): boolean {
  return !existsSync(FACTS) || INSTRUCTIONS.test(readFileSync(FACTS, 'utf8'));
}
