/** A payload of Temporal's in JSON, also in JSON within JSON. */
const payload = /"data\\*":\\*"([\w+/=]+)/g;

/**
 * All that a value says, a line each, to be searched: bytes as text, and payloads that are shown in base64 decoded. A
 * message of Temporal's becomes base64 in JSON, in which no word would ever be found.
 */
export function readable(value: unknown): string {
  const lines: string[] = [];
  collect(value, lines);
  return lines.join('\n');
}

function collect(value: unknown, lines: string[]): void {
  if (value instanceof Uint8Array) return collect(Buffer.from(value).toString('utf8'), lines);
  if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      lines.push(key);
      collect(part, lines);
    }
    return;
  }
  const text = String(value);
  lines.push(text);
  for (const [, base64] of text.matchAll(payload)) lines.push(Buffer.from(base64!, 'base64').toString('utf8'));
}
