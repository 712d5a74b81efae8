import { isOtp, otpAt } from './otp.ts';

const secret = 'A1B2C3D4E5F60718';
const pin = '0412';
const now = Date.parse('2026-03-02T10:00:00Z');
const isGood = (madeAt: number) => isOtp(otpAt(madeAt, secret, pin), { secret, pin, now });

describe('a one-time code', () => {
  it('is five characters of MD5 over the second in UTC, the secret and the PIN', () => {
    // printf 20260302100000A1B2C3D4E5F607180412 | md5sum
    expect(otpAt(now, secret, pin)).toBe('312a6');
    expect(otpAt(now + 999, secret, pin)).toBe(otpAt(now, secret, pin));
  });

  it('is good for three minutes, and a little before its time', () => {
    expect([now, now - 179_000, now + 60_000].map(isGood)).toEqual([true, true, true]);
    expect([now - 180_000, now + 61_000].map(isGood)).toEqual([false, false]);
  });

  it('is good for no other secret or PIN', () => {
    const code = otpAt(now, secret, pin);
    expect(isOtp(code, { secret: 'other', pin, now })).toBe(false);
    expect(isOtp(code, { secret, pin: '0413', now })).toBe(false);
  });
});
