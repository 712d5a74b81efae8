import { Writable } from 'node:stream';
import { Progress } from './progress.ts';

function output(isTTY: boolean) {
  const written: string[] = [];
  const { promise: isUnderWay, resolve: sayUnderWay } = Promise.withResolvers<void>();
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const text = chunk.toString();
      written.push(text);
      if (text.startsWith('… ')) sayUnderWay();
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 40 }), written, isUnderWay };
}

test('a file gets a plain line for each part that ended', async () => {
  const { stream, written } = output(false);
  const progress = new Progress(stream);
  await progress.task('Kafka', () => Promise.resolve());
  await expect(progress.task('Temporal', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(written.join('')).toMatch(/^✓ Kafka \d+\.\d s\n✗ Temporal \d+\.\d s\n$/);
});

test('a terminal also sees what is under way, within its width, and the line goes away at the end', async () => {
  const { stream, written, isUnderWay } = output(true);
  const progress = new Progress(stream);
  const { promise: isFinished, resolve: finish } = Promise.withResolvers<void>();
  const work = progress.task('A part with a name longer than the terminal is wide', () => isFinished);
  await isUnderWay;
  finish();
  await work;
  expect(written.find((text) => text.startsWith('… '))!.length).toBeLessThan(40);
  expect(written.at(-2)).toBe('\r\u001b[K');
  expect(written.at(-1)).toMatch(/^✓ A part/);
});
