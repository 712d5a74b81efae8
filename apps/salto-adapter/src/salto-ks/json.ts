/** The JSON in a text, or undefined. A parser's error would quote the text, which may hold a token or a name. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
