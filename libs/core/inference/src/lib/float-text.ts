/** Ten decimals hold every float32 above 0.002; what they do not hold is written in full. */
const DECIMALS = 1e10;
/** Up to it a scaled value divides exactly enough to find its whole part. */
const LARGEST = 100_000;

/** Most bytes that `writeFloats` takes for a value, its comma included; the brackets take two. */
export const FLOAT_TEXT_BYTES = 26;

const [MINUS, COMMA, POINT, ZERO, OPEN, CLOSE] = Buffer.from('-,.0[]') as unknown as [number, number, number, number, number, number];

/** Float32 values as a JSON list in ASCII, each in the fewest digits that this finds and that read back to the same float32. Returns where it ends; the target must be large enough. */
export function writeFloats(values: Float32Array, target: Uint8Array, start: number): number {
  let at = start;
  target[at++] = OPEN;
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) target[at++] = COMMA;
    at = writeFloat(values[index]!, target, at);
  }
  target[at++] = CLOSE;
  return at;
}

let scratch = Buffer.allocUnsafe(0);

/** The same as text. */
export function floatList(values: Float32Array): string {
  const bytes = 2 + values.length * FLOAT_TEXT_BYTES;
  if (scratch.length < bytes) scratch = Buffer.allocUnsafe(bytes);
  return scratch.toString('latin1', 0, writeFloats(values, scratch, 0));
}

/** The bytes of the values, little-endian, as OpenAI's clients decode them. */
export function floatBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function writeFloat(value: number, target: Uint8Array, start: number): number {
  const scaled = Math.round(value * DECIMALS);
  if (Math.fround(scaled / DECIMALS) !== value || Math.abs(value) > LARGEST) return writeAscii(String(value), target, start);
  let at = start;
  if (scaled < 0) target[at++] = MINUS;
  const whole = Math.floor(Math.abs(scaled) / DECIMALS);
  at = whole < 10 ? writeDigit(whole, target, at) : writeAscii(String(whole), target, at);
  const fraction = Math.abs(scaled) - whole * DECIMALS;
  return fraction === 0 ? at : writeFraction(fraction, target, at);
}

/** Ten digits, in two halves because integer arithmetic has 32 bits; without the zeros at the end. */
function writeFraction(fraction: number, target: Uint8Array, start: number): number {
  target[start] = POINT;
  const upper = Math.floor(fraction / 1e5);
  writeFiveDigits(upper, target, start + 1);
  writeFiveDigits(fraction - upper * 1e5, target, start + 6);
  let end = start + 11;
  while (target[end - 1] === ZERO) end -= 1;
  return end;
}

function writeFiveDigits(value: number, target: Uint8Array, at: number): void {
  let rest = value | 0;
  for (let place = at + 4; place >= at; place -= 1) {
    const tenth = (rest / 10) | 0;
    target[place] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
}

function writeDigit(digit: number, target: Uint8Array, at: number): number {
  target[at] = ZERO + digit;
  return at + 1;
}

function writeAscii(text: string, target: Uint8Array, start: number): number {
  for (let index = 0; index < text.length; index += 1) target[start + index] = text.charCodeAt(index);
  return start + text.length;
}
