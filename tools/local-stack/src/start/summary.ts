import type { Endpoints } from '../stack/endpoints.ts';
import { demoPassword } from '../identity/demo-people.ts';

/** What somebody at the terminal wants to know of a running system: addresses and logins. */
export function summary(endpoints: Endpoints, file: string): string {
  const { services: served, temporal, kafka, postgres, saltoKs, issuer, logins } = endpoints;
  const { console: page, ...services } = served;
  const addresses: [string, string | undefined][] = [
    ['Console, in a browser', page],
    ...Object.entries(services),
    ['Temporal UI', `${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows`],
    ['Temporal', temporal.address],
    ['Kafka', kafka.brokers.join(', ')],
    ['PostgreSQL', withoutPassword(postgres.server)],
    ['Salto KS (fake)', saltoKs?.api],
    ['Identity server', issuer],
  ];
  const rows = addresses.flatMap(([name, address]) => (address === undefined ? [] : [row(name, address)]));
  const people = logins.map(({ name, role }) => row(name, role));
  return [
    ...['', 'Addresses', ...rows, '', `Logins (people sign in with the password \`${demoPassword}\`)`, ...people],
    ...['', `Also for scripts, with a command that gets a token for each login: ${file}`, 'Ctrl-C ends it all.'],
  ].join('\n');
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(24)}${value}`;
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
