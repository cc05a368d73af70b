/**
 * Whether JSON text is nested deeper than `maxDepth` arrays and objects. Told
 * from the text: `JSON.parse` takes a third of a second for a megabyte of
 * brackets, and most of what comes after it is recursive, `JSON.stringify` first
 * of all. Of text that is no JSON the answer is of no meaning.
 */
export function isNestedDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  let isString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') isString = !isString;
    else if (isString) index += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > maxDepth) return true;
  }
  return false;
}
