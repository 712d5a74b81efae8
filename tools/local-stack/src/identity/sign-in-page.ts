import { demoPeople } from './demo-people.ts';

/** The whole sign-in: a button for each demo person. */
export function signInPage(uid: string): string {
  const buttons = demoPeople.map(
    ({ sub, name, email, role }) =>
      `<button name="sub" value="${escape(sub)}"><b>${escape(name)}</b><br>${escape(email)} · ${escape(role)}</button>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Latchkey local stack</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 10vh auto; padding: 0 1rem; }
  button { display: block; width: 100%; margin: .5rem 0; padding: .75rem 1rem; font: inherit; text-align: left; cursor: pointer; }
</style>
<h1>Sign in as</h1>
<form method="post" action="/sign-in/${encodeURIComponent(uid)}">
${buttons.join('\n')}
</form>
<p>Demo people of the local stack. In production your own identity provider is here.</p>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
