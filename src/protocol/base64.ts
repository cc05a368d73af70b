const ALPHABET =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = '='.charCodeAt(0);
const ZERO_DIGIT = 'A'.charCodeAt(0);
const NO_DIGIT = 255;

/** How much is done at a time: divisible by 3 and by 4. */
const SLICE = 768 * 1_024;

const tables = /* @__PURE__ */ makeTables();

function makeTables(): { digits: Uint8Array; values: Uint8Array } {
  const digits = new TextEncoder().encode(ALPHABET);
  const values = new Uint8Array(256).fill(NO_DIGIT);
  digits.forEach((code, value) => void (values[code] = value));
  return { digits, values };
}

/** How many bytes base64 text of this length stands for, to within 2. */
export const decodedLength = ({ length }: string): number => (length / 4) * 3;

/**
 * The bytes of base64 text as encoders write it: padded, nothing in between.
 * `undefined` for any other text. Not every runtime has this built in, and
 * `atob` would need a copy and a loop too.
 *
 * Lets other work go ahead every now and then: 50 MB take a while.
 */
export async function decodeBase64(
  text: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  const encoder = new TextEncoder();
  let at = 0;
  for (let from = 0; from < text.length; from += SLICE) {
    if (from > 0) await nextTurn();
    const codes = encoder.encode(text.slice(from, from + SLICE));
    const isLast = from + SLICE >= text.length;
    const isRight = decodeSlice(codes, isLast ? padding : 0, {
      bytes,
      at,
    });
    if (!isRight) return undefined;
    at += (SLICE / 4) * 3;
  }
  return bytes;
}

interface Target {
  readonly bytes: Uint8Array;
  readonly at: number;
}

function decodeSlice(
  codes: Uint8Array,
  padding: number,
  { bytes, at }: Target,
): boolean {
  const { values } = tables;
  const end = codes.length - padding;
  let bad = codes.length % 4 === 0 ? 0 : NO_DIGIT;
  let place = at;
  codes.fill(ZERO_DIGIT, end);
  for (let from = 0; from < codes.length; from += 4) {
    const one = values[codes[from] ?? 0] ?? 0;
    const two = values[codes[from + 1] ?? 0] ?? 0;
    const three = values[codes[from + 2] ?? 0] ?? 0;
    const four = values[codes[from + 3] ?? 0] ?? 0;
    bad |= one | two | three | four;
    // What lies beyond the end of the bytes is dropped by the array itself.
    bytes[place] = (one << 2) | (two >> 4);
    bytes[place + 1] = (two << 4) | (three >> 2);
    bytes[place + 2] = (three << 6) | four;
    place += 3;
  }
  return bad < 64;
}

/** As `btoa` would, for bytes, letting other work go ahead now and then. */
export async function encodeBase64(bytes: Uint8Array): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for (let from = 0; from < bytes.length; from += SLICE) {
    if (from > 0) await nextTurn();
    text += decoder.decode(encodeSlice(bytes.subarray(from, from + SLICE)));
  }
  return text;
}

function encodeSlice(bytes: Uint8Array): Uint8Array {
  const { digits } = tables;
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let place = 0;
  for (let from = 0; from < bytes.length; from += 3) {
    const one = bytes[from] ?? 0;
    const two = bytes[from + 1] ?? 0;
    const three = bytes[from + 2] ?? 0;
    codes[place] = digits[one >> 2] ?? 0;
    codes[place + 1] = digits[((one & 3) << 4) | (two >> 4)] ?? 0;
    codes[place + 2] = digits[((two & 15) << 2) | (three >> 6)] ?? 0;
    codes[place + 3] = digits[three & 63] ?? 0;
    place += 4;
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  codes.fill(PADDING, codes.length - missing);
  return codes;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
