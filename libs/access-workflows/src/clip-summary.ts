/** The server refuses a longer summary, and with it the whole workflow task. */
const maxBytes = 200;

/** A summary for Temporal UI, on one line and short enough for the server. */
export function clipSummary(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (bytes(line) <= maxBytes) return line;
  let clipped = '';
  for (const character of line) {
    if (bytes(clipped + character) > maxBytes - bytes('…')) break;
    clipped += character;
  }
  return `${clipped}…`;
}

/** In UTF-8. */
function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
