/** A button of a form: its text, and what it adds to what is sent. */
export interface Button {
  readonly text: string;
  readonly name: string | undefined;
  readonly value: string;
}

/** A form of an HTML page, as much of it as a person would see and send. */
export interface Form {
  readonly method: string;
  readonly action: string;
  readonly fields: readonly { readonly name: string; readonly type: string; readonly value: string }[];
  readonly buttons: readonly Button[];
}

/** The forms of a simple page; it need not be good HTML. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', body = '']) => ({
    method: (attribute(head, 'method') ?? 'get').toUpperCase(),
    action: attribute(head, 'action') ?? '',
    fields: [...body.matchAll(/<input\b([^>]*)>/gi)].flatMap(([, input = '']) => {
      const [name, type = 'text'] = [attribute(input, 'name'), attribute(input, 'type')];
      const isSent = name !== undefined && type !== 'submit' && !(type === 'checkbox' && !/\schecked\b/i.test(input));
      return isSent ? [{ name, type, value: attribute(input, 'value') ?? '' }] : [];
    }),
    buttons: [...body.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/gi)].map(([, button = '', text = '']) => ({
      text: decoded(text.replaceAll(/<[^>]*>/g, '')).trim(),
      name: attribute(button, 'name'),
      value: attribute(button, 'value') ?? '',
    })),
  }));
}

/** Where the page's links lead, by their text. */
export function linksOf(html: string): { readonly text: string; readonly href: string }[] {
  return [...html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/gi)].map(([, head = '', text = '']) => ({
    text: decoded(text.replaceAll(/<[^>]*>/g, '')).trim(),
    href: attribute(head, 'href') ?? '',
  }));
}

function attribute(tag: string, name: string): string | undefined {
  const [, quoted, single, bare] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag) ?? [];
  const value = quoted ?? single ?? bare;
  return value === undefined ? undefined : decoded(value);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (entity, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    return ENTITIES[String(name).toLowerCase()] ?? String(entity);
  });
}
