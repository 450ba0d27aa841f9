/** Ten decimals hold every float32 above 0.002; what they do not hold is written in full. */
const DECIMALS = 1e10;

/** Float32 values as a JSON list, each in the fewest digits that this finds and that read back to the same float32. */
export function floatList(values: Float32Array): string {
  let text = '[';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    const rounded = Math.round(value * DECIMALS) / DECIMALS;
    if (index > 0) text += ',';
    text += Math.fround(rounded) === value ? rounded : value;
  }
  return `${text}]`;
}

/** The bytes of the values, little-endian, as OpenAI's clients decode them. */
export function floatBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
