import { json, type Answer } from './answer.ts';

/** An answer thrown from anywhere inside a route. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer, message: string) {
    super(message);
    this.name = 'Refusal';
    this.answer = answer;
  }
}

const refusal = (status: number, code: number, message: string) =>
  new Refusal(json(status, { ErrorCode: code, Message: message }), message);

/** Salto's error bodies that were measured, by what they are seen for. */
export const measured = {
  invalidParameter: (message: string) => refusal(400, 1100, message),
  validation: (message: string) => refusal(400, 1101, message),
  invalidOrderBy: (field: string) => refusal(400, 1102, `Invalid $orderby field '${field}'`),
  userNotFound: () => refusal(404, 2202, 'User not found'),
  noPermissionOnUser: () => refusal(403, 2203, 'User does not have permission for this operation on this user'),
  /** Both with 3102; `otp_blocked` is 403. */
  otpInvalid: () => refusal(400, 3102, 'otp_invalid'),
  otpBlocked: () => refusal(403, 3102, 'otp_blocked'),
  /** The code is a text here, and that of something else (measured). */
  otpMissing: () => {
    const message = 'Otp is invalid';
    return new Refusal(json(404, { ErrorCode: '2202', Message: message }), message);
  },
  pinOfAccessorNotFound: () => refusal(404, 3104, 'Cannot find pin for accessor'),
  secretAlreadyUsed: () => refusal(403, 2203, 'Cannot get first secret for an already activated Iq.'),
  methodNotAllowed: () => refusal(405, 1405, 'The requested resource does not support this method'),
};

/** Error bodies whose status is likely and whose code nobody published. */
export const guessed = {
  unauthorized: () =>
    new Refusal(
      { ...json(401, { Message: 'Authorization has been denied for this request.' }), headers: bearerChallenge },
      'unauthorized',
    ),
  missingRole: () => refusal(403, 2201, 'User does not have permission for this operation'),
  missingFeature: (feature: string) => refusal(403, 2205, `The subscription of this site does not include ${feature}`),
  siteUnsubscribed: () => refusal(403, 2204, 'The subscription of this site has ended'),
  notFound: (what: string) => refusal(404, 2200, `${what} not found`),
  alreadyMember: () => refusal(400, 1101, 'User is already in this access group'),
  notMember: () => refusal(404, 2202, 'User not found in this access group'),
  featureMissing: (name: string) => refusal(403, 2205, `This site does not have ${name}`),
  /** The words are measured, status and code are not. */
  pinNotChanged: () => refusal(400, 3102, 'pin_not_changed'),
  commandForbidden: () => refusal(403, 2203, 'command_forbidden'),
  lockOffline: () => refusal(400, 3100, 'lock_offline'),
  emailInUse: () => refusal(400, 1101, 'Email is already in use on this site'),
};

const bearerChallenge = { 'www-authenticate': 'Bearer error="invalid_token"' };

/** OAuth's error body. */
export function oauthRefusal(error: string, description: string): Refusal {
  return new Refusal(json(400, { error, error_description: description }), `${error}: ${description}`);
}
