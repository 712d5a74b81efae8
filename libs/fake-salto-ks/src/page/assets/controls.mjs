/** Asks a control of the fake; throws with its reason when it refuses. */
export async function control(method, path, body) {
  const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`/_fake/${path}`, init);
  const text = await response.text();
  const answer = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw new Error(answer?.error ?? answer?.Message ?? `${response.status} ${response.statusText}`);
  return answer;
}
