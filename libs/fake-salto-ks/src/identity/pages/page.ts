/** HTML that is ours already, and is not escaped again. */
export interface Html {
  html: string;
}

/** A whole page: plain HTML that works without scripts, with a keyboard, and when read aloud. */
export function page(title: string, content: readonly (string | Html | undefined)[]): string {
  const parts = content.map((part) => (typeof part === 'object' ? part.html : part && `<p>${escape(part)}</p>`));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Salto KS (fake)</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem; color: #1b1f24; }
  label, input, button { display: block; box-sizing: border-box; width: 100%; font: inherit; }
  input, button { margin: .25rem 0 1rem; padding: .7rem; border: 1px solid #6b7280; border-radius: .3rem; }
  button { background: #fff; cursor: pointer; }
  button.main { background: #174ea6; border-color: #174ea6; color: #fff; }
  :focus-visible { outline: 3px solid #f29900; outline-offset: 2px; }
  [role=alert] { color: #a50e0e; font-weight: 600; }
  footer { margin-top: 2rem; font-size: .875rem; color: #4b5563; }
</style>
<main>
<h1>${escape(title)}</h1>
${parts.filter(Boolean).join('\n')}
</main>
<footer>This is a fake of Salto KS, for tests and demos. Not made or endorsed by Salto.</footer>
</html>
`;
}

export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
