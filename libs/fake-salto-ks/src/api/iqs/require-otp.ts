import { measured } from '../../http/errors.ts';
import { isOtp } from '../../door/otp.ts';
import type { IqActivation, OtpCommand } from '../../state/iqs.ts';
import type { State } from '../../state/state.ts';

interface OtpCheck {
  state: State;
  activation: IqActivation;
  /** Null fits no code. */
  pin: string | null;
  command: OtpCommand;
  otp: string;
  now: number;
}

/**
 * Throws `otp_invalid` for a wrong code, and `otp_blocked`, also for a right one, once too many were wrong. Counted per
 * command; the block ends by itself (measured; that a right code forgives the wrong ones is a guess).
 */
export function requireOtp({ state, activation, pin, command, otp, now }: OtpCheck): void {
  const failures = activation.failures[command] ?? { count: 0, blocked_until: 0 };
  if (now < failures.blocked_until) throw measured.otpBlocked();
  if (pin !== null && isOtp(otp, { secret: activation.secret, pin, now })) {
    delete activation.failures[command];
    return;
  }
  const { otp_failures_allowed, otp_block_seconds } = state.settings;
  const count = failures.count + 1;
  const isLast = count >= otp_failures_allowed;
  activation.failures[command] = isLast
    ? { count: 0, blocked_until: now + otp_block_seconds * 1000 }
    : { count, blocked_until: 0 };
  throw measured.otpInvalid();
}
