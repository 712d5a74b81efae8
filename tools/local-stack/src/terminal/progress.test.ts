import { Writable } from 'node:stream';
import { Progress } from './progress.ts';

function output(isTTY: boolean) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 40 }), written };
}

test('a file gets a plain line for each part that ended', async () => {
  const { stream, written } = output(false);
  const progress = new Progress(stream);
  await progress.task('Kafka', () => Promise.resolve());
  await expect(progress.task('Temporal', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(written.join('')).toMatch(/^✓ Kafka \d+\.\d s\n✗ Temporal \d+\.\d s\n$/);
});

test('a terminal also sees what is under way, within its width, and the line goes away at the end', async () => {
  const { stream, written } = output(true);
  const progress = new Progress(stream);
  let finish = () => {};
  const work = progress.task(
    'A part with a name longer than the terminal is wide',
    () => new Promise<void>((resolve) => (finish = resolve)),
  );
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
  while (!written.some((text) => text.startsWith('… '))) await new Promise((resolve) => setTimeout(resolve, 20));
  finish();
  await work;
  expect(written.find((text) => text.startsWith('… '))!.length).toBeLessThan(40);
  expect(written.at(-2)).toBe('\r\u001b[K');
  expect(written.at(-1)).toMatch(/^✓ A part/);
});
