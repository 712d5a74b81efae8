import { defaultSettings } from '../settings.ts';

export interface OpenQuestion {
  readonly question: string;
  /** What the fake does meanwhile. */
  readonly guess: string;
  /** What it takes to find out. */
  readonly needs: string;
}

const { refresh_token_lifetime_seconds, page_size, otp_block_seconds } = defaultSettings;
const YEAR_SECONDS = 365 * 86_400;
const door = 'a door, and somebody at it';
const salto = 'asking Salto';

/** What nobody published and no program can see alone: the rest is in the checks. */
export const openQuestions: readonly OpenQuestion[] = [
  {
    question: 'How long is a refresh token good?',
    guess: `${refresh_token_lifetime_seconds / YEAR_SECONDS} years`,
    needs: `${salto}, or waiting`,
  },
  { question: 'How many calls may be made?', guess: 'no limit', needs: salto },
  { question: 'How many items has a page?', guess: String(page_size), needs: 'a list that is longer than a page' },
  { question: 'Which hosts do regions other than the EU have?', guess: 'none', needs: salto },
  { question: 'Which paths have tags?', guess: '`tag_id` of a user, and its keys', needs: salto },
  {
    question: 'Which codes have 403 without the role, without a feature, and after the end of the subscription?',
    guess: '2201, 2205, 2204',
    needs: 'an account without the role, sites without feature and subscription',
  },
  {
    question: 'Does a group without a schedule open nothing for phone keys, tags and ordinary users, too?',
    guess: 'nothing for anybody (measured for PINs of guests)',
    needs: door,
  },
  { question: 'Is `end_date` the last moment, or the first one after?', guess: 'the last', needs: door },
  {
    question: 'How soon does a changed membership reach a lock?',
    guess: 'at once (measured: 45 s at most)',
    needs: door,
  },
  {
    question: 'How soon does a changed time schedule reach a lock?',
    guess: 'at once (measured for a new one: about 3.5 minutes)',
    needs: door,
  },
  {
    question: 'Whom does a lock that is off line let in, and does an opening while it is off line prolong that?',
    guess: 'nobody, or by `offline_credential_days` whom it let in lately by a key other than a PIN; no',
    needs: 'a door off line, and somebody at it',
  },
  {
    question: 'What does the `state` of an IQ say once the subscription of its site has ended?',
    guess: '`unsubscribed`',
    needs: 'a site without subscription',
  },
  { question: 'Whom does the entry of a refused phone key name?', guess: 'its owner', needs: door },
  { question: 'Which fields has an entry beyond those published?', guess: 'none', needs: door },
  {
    question: 'What stays of somebody in entries after they deleted their Salto profile?',
    guess: 'the event without the person',
    needs: 'a profile to delete',
  },
  {
    question: 'Which columns has the file of entries, and is `to_date` within?',
    guess: 'the fields of an entry; no',
    needs: 'entries of a known time',
  },
  {
    question: 'Does the hub send an entry as the log has it, as an object or as text?',
    guess: 'so, as an object',
    needs: door,
  },
  {
    question: 'May one connection to the hub be for several sites?',
    guess: 'yes, by repeating `site_id`',
    needs: 'two sites',
  },
  {
    question: 'What does the hub answer about a site without `events_streaming`?',
    guess: '403',
    needs: 'such a site',
  },
  {
    question: 'What does the hub do when the token of a connection expires?',
    guess: 'it closes the connection',
    needs: 'an hour, and a door',
  },
  {
    question: 'How is a PIN of one’s own choice sent, and refused without `custom_pin`?',
    guess: '`PUT …/pin/custom {pin}`; 403 2205',
    needs: 'sites with and without the feature',
  },
  {
    question: 'How is a phone registered, and what does a mobile key need?',
    guess: '`POST /me/devices {device_uid}`; its certificate first',
    needs: 'a phone with ClaySDK',
  },
  {
    question: 'Which field has the secret of an IQ, and how long does `otp_blocked` last?',
    guess: `\`secret\`; ${otp_block_seconds / 60} minutes`,
    needs: 'an IQ that was never activated',
  },
  {
    question: 'Who may open a lock remotely, and how long does it stay open?',
    guess: 'who has `remote_access`; six seconds',
    needs: door,
  },
  {
    question: 'Is anything of v2 for this scope? (Permissions are not.)',
    guess: 'nothing',
    needs: salto,
  },
  { question: 'How does the hub of incidents speak?', guess: 'there is none', needs: salto },
];
