type Container = unknown[] | Record<string, unknown>;

/** A container that is not closed yet, and where its next value goes. */
interface Frame {
  readonly container: Container;
  key: string;
}

/** What comes next; `broken`: no text that begins like this is JSON. */
type Mode =
  | 'value'
  | 'value-or-end'
  | 'key'
  | 'key-or-end'
  | 'colon'
  | 'after-value'
  | 'string'
  | 'number'
  | 'literal'
  | 'done'
  | 'broken';

const LITERALS = ['true', 'false', 'null'];
const NOTHING = Symbol('nothing');

/**
 * JSON that is still coming in: what there is of it, at any time. Each
 * character is looked at once, however often the value is read, and values that
 * are complete are the same objects from one reading to the next.
 *
 * As `parsePartialJson` of the AI SDK has it: a text ends where it ends so far,
 * half a literal is a whole one, and what follows a whole value is ignored. A
 * character that does not fit is passed over until another one adds to the
 * value: from then on there is none. Unlike there, a key may hold a quote.
 */
export class PartialJson {
  #mode: Mode = 'value';
  readonly #frames: Frame[] = [];
  #root: unknown = NOTHING;
  /** What a text says so far; the characters of a number or literal. */
  #token = '';
  #isKey = false;
  /** An escape sequence that was cut. */
  #escape = '';
  /** Whether a character did not fit. */
  #isTorn = false;

  /** Takes in what comes next. */
  add(text: string): void {
    const rest = this.#escape + text;
    this.#escape = '';
    for (let at = 0; at < rest.length;) at = this.#step(rest, at);
  }

  /** Not to be changed: the next reading shares what is complete. */
  get value(): unknown {
    let open = this.#root === NOTHING ? this.#openToken() : this.#root;
    if (this.#mode === 'broken' || open === undefined) return undefined;
    for (const { container, key } of this.#frames.toReversed()) {
      open = withValue(container, key, open);
    }
    return open === NOTHING ? undefined : open;
  }

  #openToken(): unknown {
    switch (this.#mode) {
      case 'string':
        return this.#isKey ? NOTHING : this.#token;
      case 'literal':
        return parsed(LITERALS.find((one) => one.startsWith(this.#token)));
      case 'number':
        return numberOf(this.#token);
      default:
        return NOTHING;
    }
  }

  /** Takes in what stands at `at`, and says where to go on. */
  #step(text: string, at: number): number {
    const char = text.charAt(at);
    switch (this.#mode) {
      case 'string':
        return this.#stepString(text, at);
      case 'number':
        if (!/[-+.eE\d]/.test(char)) this.#endNumber(char);
        else this.#grow(char, /\d/.test(char));
        return at + 1;
      case 'literal':
        if (LITERALS.some((one) => one.startsWith(this.#token + char))) {
          this.#grow(char, true);
        } else this.#endLiteral(char);
        return at + 1;
      case 'done':
      case 'broken':
        return text.length;
      default:
        if (this.#isTorn || !isSpace(char)) this.#structure(char);
        return at + 1;
    }
  }

  #structure(char: string): void {
    switch (this.#mode) {
      case 'colon':
        if (char === ':') this.#mode = 'value';
        else this.#isTorn = true;
        return;
      case 'after-value':
        return this.#afterValue(char, this.#inArray());
      case 'key':
      case 'key-or-end':
        if (char === '"') return this.#begin('string', '', true);
        break;
      default:
        if (/["{[\d\-tfn]/.test(char)) return this.#beginValue(char);
    }
    const mayEnd = this.#mode.endsWith('-end');
    if (mayEnd && char === this.#closer()) this.#close();
    else if (this.#frames.length === 0) this.#mode = 'broken';
    else this.#isTorn = true;
  }

  /** `isStrict`: whether a character that does not fit breaks it at once. */
  #afterValue(char: string, isStrict: boolean): void {
    if (char === ',') this.#mode = this.#inArray() ? 'value' : 'key';
    else if (char === this.#closer()) this.#close();
    else if (isStrict) this.#mode = 'broken';
    else this.#isTorn = true;
  }

  #beginValue(char: string): void {
    if (char === '-') return this.#begin('number', char);
    if (this.#isTorn) this.#mode = 'broken';
    else if (char === '{') this.#open({}, 'key-or-end');
    else if (char === '[') this.#open([], 'value-or-end');
    else if (char === '"') this.#begin('string', '');
    else this.#begin(/\d/.test(char) ? 'number' : 'literal', char);
  }

  #open(container: Container, mode: Mode): void {
    this.#frames.push({ container, key: '' });
    this.#mode = mode;
  }

  #begin(mode: Mode, token: string, isKey = false): void {
    this.#mode = mode;
    this.#token = token;
    this.#isKey = isKey;
  }

  #grow(token: string, counts: boolean): void {
    if (counts && this.#isTorn) this.#mode = 'broken';
    else this.#token += token;
  }

  #inArray(): boolean {
    return Array.isArray(this.#frames.at(-1)?.container);
  }

  #closer(): string {
    return this.#inArray() ? ']' : '}';
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (this.#isTorn) this.#mode = 'broken';
    else this.#put(frame?.container);
  }

  #put(value: unknown): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) this.#root = value;
    else if (value !== NOTHING) put(frame.container, frame.key, value);
    this.#mode = frame === undefined ? 'done' : 'after-value';
  }

  #endNumber(char: string): void {
    // What is no number so far is one up to its last digit.
    if (parsed(this.#token) === undefined) this.#isTorn = true;
    const value = numberOf(this.#token);
    if (value === undefined) this.#mode = 'broken';
    else this.#put(value);
    this.#endToken(char);
  }

  #endLiteral(char: string): void {
    const value = parsed(this.#token);
    if (value === undefined) this.#mode = 'broken';
    else this.#put(value);
    this.#endToken(char);
  }

  #endToken(char: string): void {
    if (this.#mode === 'after-value' && !isSpace(char)) {
      this.#afterValue(char, false);
    }
  }

  #stepString(text: string, at: number): number {
    const end = plainEnd(text, at);
    if (end > at) this.#grow(text.slice(at, end), !this.#isKey);
    const char = text.charAt(end);
    if (char === '') return end;
    if (char === '"') {
      this.#endString();
      return end + 1;
    }
    const length = char !== '\\' ? 1 : text[end + 1] === 'u' ? 6 : 2;
    const escape = text.slice(end, end + length);
    if (escape.length < length) {
      this.#escape = escape;
      return text.length;
    }
    const value = parsed(`"${escape}"`);
    if (typeof value === 'string') this.#grow(value, !this.#isKey);
    else if (this.#isKey) this.#isTorn = true;
    else this.#mode = 'broken';
    return end + length;
  }

  #endString(): void {
    const frame = this.#frames.at(-1);
    if (!this.#isKey || frame === undefined) return this.#put(this.#token);
    const outer = this.#frames.at(-2)?.key;
    frame.key = this.#token;
    this.#mode = 'colon';
    // What the AI SDK refuses, so that nothing reaches an object's prototype.
    this.#isTorn ||=
      frame.key === '__proto__' ||
      (frame.key === 'prototype' && outer === 'constructor');
  }
}

const isSpace = (char: string): boolean => /[ \t\n\r]/.test(char);

/** Where the characters end that a JSON text may have as they are. */
function plainEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22 || code === 0x5c || code < 0x20) break;
    at += 1;
  }
  return at;
}

/** The number up to its last digit; `undefined` where that is none. */
function numberOf(token: string): unknown {
  const digits = /^.*\d/.exec(token)?.[0];
  return digits === undefined ? NOTHING : parsed(digits);
}

function parsed(text: string | undefined): unknown {
  try {
    const value: unknown = text === undefined ? text : JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function put(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) container.push(value);
  else container[key] = value;
}

function withValue(
  container: Container,
  key: string,
  value: unknown,
): Container {
  const copy = Array.isArray(container) ? [...container] : { ...container };
  if (value !== NOTHING) put(copy, key, value);
  return copy;
}
