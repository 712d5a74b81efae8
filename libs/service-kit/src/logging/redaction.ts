const HIDDEN = '[redacted]';

/** `"anyAuthorization": "…"` at any depth: a string, or a list of strings, under a key that names a secret or an e-mail. */
const secretKeys =
  /"([^"\\]{0,60}(?:authorization|cookie|token|secret|passw|api-?key|credential|e-?mail)[^"\\]{0,60})":(?:"(?:[^"\\]|\\.)*"|\[(?:"(?:[^"\\]|\\.)*",?)*\])/gi;

// Repetitions are bounded: a long line must not cost more than its length.
const secretValues: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, HIDDEN],
  [/(\/\/[^\s:/@"\\]+):[^\s@/"\\]+@/g, `$1:${HIDDEN}@`],
  [/([?&](?:code|state|token|access_token|refresh_token|client_secret)=)[^&\s"\\]+/gi, `$1${HIDDEN}`],
  [/[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]+)*\.[a-z]{2,}\b/gi, HIDDEN],
];

/**
 * A finished log line without secrets. It works on the line, not on paths of known objects, because errors of libraries
 * carry requests, URLs and queries at depths that nobody listed.
 */
export function redact(line: string): string {
  const withoutKeys = line.replace(secretKeys, `"$1":"${HIDDEN}"`);
  return secretValues.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), withoutKeys);
}
