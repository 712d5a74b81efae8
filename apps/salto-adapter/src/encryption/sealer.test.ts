import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Sealer, UnsealError } from './sealer.ts';

const older = { id: 'k1', key: randomBytes(32) };
const newer = { id: 'k2', key: randomBytes(32) };

test('what was sealed opens again, for the same row alone', () => {
  const sealer = new Sealer([older]);
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (text, row, otherRow) => {
      const sealed = sealer.seal(text, row);
      expect(sealer.open(sealed, row)).toBe(text);
      fc.pre(row !== otherRow);
      expect(() => sealer.open(sealed, otherRow)).toThrow(UnsealError);
    }),
  );
});

test('a flipped bit is noticed', () => {
  const sealer = new Sealer([older]);
  const sealed = sealer.seal('a refresh token', 'row');
  const bytes = Buffer.from(sealed.split('.')[1] ?? '', 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(() => sealer.open(`k1.${altered.toString('base64url')}`, 'row')).toThrow(UnsealError);
  }
});

test('after a rotation old rows open and new ones use the new key', () => {
  const sealed = new Sealer([older]).seal('text', 'row');
  const rotated = new Sealer([newer, older]);
  expect(rotated.open(sealed, 'row')).toBe('text');
  expect(rotated.seal('text', 'row')).toMatch(/^k2\./);
  expect(() => new Sealer([newer]).open(sealed, 'row')).toThrow('No encryption key "k1"');
});

test('the same text is never sealed alike', () => {
  const sealer = new Sealer([older]);
  expect(sealer.seal('text', 'row')).not.toBe(sealer.seal('text', 'row'));
});
