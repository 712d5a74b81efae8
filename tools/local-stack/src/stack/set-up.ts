import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../paths.ts';
import { runToEnd } from '../processes/run-to-end.ts';
import type { Watchdog } from '../processes/watchdog.ts';
import type { Progress } from '../terminal/progress.ts';
import { databaseName, ensureServiceDatabase } from './databases.ts';
import type { Plan } from './plan.ts';
import { infrastructureEnvironment, serviceEnvironment, type ServiceName } from './services.ts';

/** What has to be there before the services start: topics, Temporal's namespace, databases. All of it is repeatable. */
export async function setUp(plan: Plan, watchdog: Watchdog, progress: Progress): Promise<void> {
  const run = (name: string, entry: string, env: Readonly<Record<string, string>>) =>
    progress.task(name, () =>
      runToEnd(
        {
          name,
          command: process.execPath,
          args: [builtFile(entry)],
          env: { ...process.env, ...env },
          cwd: repositoryFolder,
          logFile: join(plan.logFolder, 'set-up.log'),
        },
        watchdog,
      ),
    );
  const services = new Set(plan.services.map(({ service }) => service));
  await Promise.all([
    run('Topics', 'libs/service-kit/dist/kafka/apply-topics.main.js', infrastructureEnvironment(plan.addresses)),
    run(
      'Namespace',
      'libs/service-kit/dist/temporal/temporal-setup.main.js',
      infrastructureEnvironment(plan.addresses),
    ),
    ...[...services].map(async (service) => {
      await ensureServiceDatabase(plan.addresses.postgres, databaseName(service), plan.secrets.databasePassword);
      await run(`Migrations of ${service}`, `apps/${service}/dist/migrate.main.js`, environment(plan, service));
    }),
  ]);
}

/** The absolute path of a file that the build makes. Throws a sentence that says so when it is not there. */
export function builtFile(path: string): string {
  const file = join(repositoryFolder, path);
  if (!existsSync(file)) throw new Error(`${path} is not there: \`npm run build\` makes it`);
  return file;
}

function environment(plan: Plan, service: ServiceName) {
  return serviceEnvironment(service, plan.addresses, plan.secrets);
}
