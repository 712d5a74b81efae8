import { createHash } from 'node:crypto';

/** How long a code is good (Salto's documentation). */
const OTP_LIFETIME_SECONDS = 180;
/** How far a caller's clock may be ahead; a guess. */
const CLOCK_AHEAD_SECONDS = 60;

/** The one-time code of a second (epoch ms): five characters of MD5(UTC as YYYYMMDDHHMMSS + secret + PIN) (measured). */
export function otpAt(instant: number, secret: string, pin: string): string {
  const stamp = new Date(instant).toISOString().slice(0, 19).replaceAll(/\D/g, '');
  return createHash('md5')
    .update(stamp + secret + pin)
    .digest('hex')
    .slice(0, 5);
}

/** Whether a code was made in the last minutes. */
export function isOtp(otp: string, { secret, pin, now }: { secret: string; pin: string; now: number }): boolean {
  const seconds = Array.from(
    { length: OTP_LIFETIME_SECONDS + CLOCK_AHEAD_SECONDS },
    (_, at) => now + (CLOCK_AHEAD_SECONDS - at) * 1000,
  );
  return seconds.some((second) => otpAt(second, secret, pin) === otp.toLowerCase());
}
