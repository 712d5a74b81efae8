const HIDDEN = '[redacted]';

/** `"anyAuthorization": "…"` at any depth: a string or a flat list under a key that names a secret or an e-mail. */
const secretKeys =
  /"([^"\\]*(?:authorization|cookie|token|secret|passw|api-?key|credential|e-?mail)[^"\\]*)":(?:"(?:[^"\\]|\\.)*"|\[[^[\]]*\])/gi;

const secretValues: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  [/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, HIDDEN],
  [/(\/\/[^\s:/@"]+):[^\s@/"]+@/g, `$1:${HIDDEN}@`],
  [/([?&](?:code|state|token|access_token|refresh_token|client_secret)=)[^&\s"]+/gi, `$1${HIDDEN}`],
  [/[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi, HIDDEN],
];

/**
 * A finished log line without secrets. It works on the line, not on paths of known objects, because errors of libraries
 * carry requests, URLs and queries at depths that nobody listed.
 */
export function redact(line: string): string {
  const withoutKeys = line.replace(secretKeys, `"$1":"${HIDDEN}"`);
  return secretValues.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), withoutKeys);
}
