import { watch } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../paths.ts';
import { consoleName } from '../stack/console.ts';
import { serviceProcesses } from '../stack/services.ts';
import type { Stack } from '../stack/stack.ts';
import type { Progress } from '../terminal/progress.ts';
import { build } from './build.ts';

/** Editors write several files at once. */
const quietMs = 300;

/** Builds and restarts what a changed source belongs to: a service, or, for a library, all of them. */
export function restartOnChange(stack: Stack, progress: Progress): void {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();
  const apply = async () => {
    const services = [...changed];
    changed.clear();
    try {
      await progress.task(build.name, () => stack.run(build));
    } catch (error) {
      progress.note((error as Error).message);
      return; // the old build goes on
    }
    const affected = serviceProcesses.filter(({ service }) => services.includes('*') || services.includes(service));
    const names = affected.map(({ name }) => name);
    if (services.includes(consoleName)) names.push(consoleName); // it lists the page's files when it starts
    await Promise.all(names.map((name) => restart(stack, name, progress)));
  };
  const onChange = (service: string, file: string | null) => {
    if (!file || !/\.(tsx?|css|html)$/.test(file) || file.endsWith('.test.ts') || !`/${file}`.includes('/src/')) return;
    changed.add(service);
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(apply);
    }, quietMs);
  };
  const services = new Set([...serviceProcesses.map(({ service }) => service), consoleName]);
  for (const service of services) watchFolder(join('apps', service), (file) => onChange(service, file));
  watchFolder('libs', (file) => onChange('*', file));
}

function watchFolder(folder: string, onChange: (file: string | null) => void): void {
  watch(join(repositoryFolder, folder), { recursive: true, persistent: false }, (_event, file) => onChange(file));
}

async function restart(stack: Stack, name: string, progress: Progress): Promise<void> {
  const program = stack.program(name);
  await program.stop();
  await progress.task(`${name} again`, () => program.start()).catch((error: Error) => progress.note(error.message));
}
