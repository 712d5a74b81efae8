import { apiAudience, logins } from '@latchkey/local-stack';
import { System } from '../system/system.ts';
import { seedDemo } from './seed-demo.ts';

// The demo's data, into docker-compose.yml's profile `demo`; runs in its network, by the names of its services.
const saltoKs = 'http://fake-salto-ks:4600';
const issuer = 'http://identity-server:4400';
const services = ['billing-gateway', 'access-service', 'salto-adapter'];

await seedDemo(
  new System({
    services: Object.fromEntries(services.map((name) => [name, `http://${name}:3000`])),
    temporal: { address: 'temporal:7233', namespace: 'latchkey', uiUrl: 'http://temporal-ui:8080' },
    kafka: { brokers: ['kafka:9092'] },
    postgres: { server: 'postgres://postgres:5432' },
    saltoKs: { api: saltoKs, identity: saltoKs, control: `${saltoKs}/_fake` },
    issuer,
    audience: apiAudience,
    logins: logins(issuer),
  }),
);
