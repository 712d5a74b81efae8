import type { ConnectionBody, KeyRole, SiteUse, InspectedAccessGroup, SettingsCheckAnswer } from '@latchkey/contracts';

type GroupProblem = InspectedAccessGroup['problems'][number];

/** Every text of the page. What an API says of a refusal is shown as it says it, unless `problems` has better. */
export const texts = {
  product: 'Latchkey',
  skip: 'Skip to the content',
  signOut: 'Sign out',
  signIn: 'Sign in again',
  tryAgain: 'Try again',
  back: 'Back',
  working: {
    signIn: 'Signing in…',
    locations: 'Reading your locations…',
    connection: 'Reading the connection…',
    consent: 'Salto KS has answered. Asking which sites the account administers…',
    sites: 'Reading the account and its sites…',
    groups: 'Reading the access groups of the site…',
    goingToSalto: 'Going to Salto KS…',
  },
  locations: {
    title: 'Your locations',
    none: 'You administer no location.',
    noneRemedy: 'Somebody who administers one, or whoever operates Latchkey, can make you an administrator.',
    open: (name: string) => `Salto KS of ${name}`,
    zone: (zone: string) => `Time zone ${zone}`,
    notConnected: 'Not connected',
    notYours: {
      detail: 'You do not administer this location, or it is not there.',
      remedy: 'Choose one of yours; or ask somebody who administers it to make you an administrator.',
    },
  },
  status: {
    connected: 'Connected',
    degraded: 'Degraded',
    disconnecting: 'Disconnecting',
    needs_reconnect: 'Needs to be connected again',
    insufficient_permissions: 'Not allowed enough',
    site_subscription_expired: 'Site’s subscription has ended',
    disconnected: 'Disconnected',
  } satisfies Record<ConnectionBody['status'], string>,
  statusRemedy: {
    connected: undefined,
    degraded: 'Salto KS answers, but not everything works. What could not be done is tried again by itself.',
    disconnecting: 'Access is being revoked first; then nothing more is granted here.',
    needs_reconnect:
      'Salto KS does not accept Latchkey’s sign-in any more, so nothing is granted or revoked. Connect again; all settings stay.',
    insufficient_permissions:
      'The Salto KS account is no administrator of the site any more, so nothing is granted or revoked. Have it made one in Salto KS, or connect again with another account.',
    site_subscription_expired:
      'The site has no valid Salto KS subscription, so its doors cannot be managed. Renew it with Salto; Latchkey goes on by itself.',
    disconnected: undefined,
  } satisfies Record<ConnectionBody['status'], string | undefined>,
  saltoKs: {
    name: 'Salto KS',
    title: (location: string) => `Salto KS of ${location}`,
    steps: ['Prepare', 'Allow at Salto KS', 'Choose the site', 'Digital key'],
    stepsLabel: 'Steps',
    wasDisconnected:
      'This location was disconnected. Connecting it to the same site goes on with what is still entitled.',
    checklist: 'You need, before you begin',
    checklistItems: [
      'A Salto KS account with all locks of the location set up.',
      'Those locks in access groups that are made only for Latchkey. A group that another application uses may cause errors.',
      'Each of these groups with a time schedule: without one it opens nothing.',
      'The sign-in of an administrator of the Salto KS site.',
    ],
    checklistNext:
      'Connect takes you to Salto KS, where you sign in and allow Latchkey to manage access. Then you are back here.',
    connect: 'Connect',
    beginAgain: 'Begin again',
    toLocations: 'To your locations',
    returned: 'Back from Salto KS',
  },
  site: {
    title: 'Choose the site',
    account: (name: string, email: string | null) => (email === null ? name : `${name} (${email})`),
    signedInAs: 'Salto KS account',
    anotherAccount: 'Use another account',
    legend: 'Which site opens the doors of this location?',
    onlyAdministered: 'Only sites that this account administers are listed.',
    zone: (zone: string) => `Time zone ${zone}`,
    zoneDiffers: (zone: string) => `Time zone ${zone}, which is not the location’s`,
    invalid: 'Its Salto KS subscription has ended: it cannot be chosen.',
    use: {
      free: undefined,
      this_location: 'Connected to this location before',
      location_of_yours: 'Another location of yours uses it',
      another_location: 'A location that you do not administer uses it: it cannot be chosen.',
    } satisfies Record<SiteUse, string | undefined>,
    share: 'Both locations are meant to open the doors of this site',
    change:
      'This location leaves its present site. Access that is open there stays open, and I revoke it in Salto KS myself',
    next: 'Continue',
    confirmFirst: 'Please confirm this first.',
    chooseFirst: 'Please choose a site.',
  },
  key: {
    title: 'Who sees the digital key?',
    legend: 'Roles that see the digital key in the member app',
    hint: 'None is a choice too: access is granted all the same, and members use Salto’s own app.',
    roles: {
      administrator: 'Administrators',
      member: 'Members',
      company_manager: 'Managers of a company',
      company_member: 'Members of a company',
      invitee: 'Invitees of a booking',
    } satisfies Record<KeyRole, string>,
    connect: (site: string) => `Connect to ${site}`,
    summary: (location: string, site: string, account: string) =>
      `${location} will be connected to the site ${site} with the Salto KS account ${account}.`,
    save: 'Save',
    saved: 'Saved',
  },
  connection: {
    state: 'Connection',
    status: 'State',
    connected: (location: string) => `${location} is connected to Salto KS.`,
    reconnect: 'Connect again',
    reconnectHint: 'Also to choose another account or site. All settings stay.',
    groups: 'Access groups of the site',
    noGroups:
      'The site has no access group. Make one in Salto KS, only for Latchkey, with its locks and a time schedule.',
    groupInOrder: 'In order',
    opensNothing: 'Opens nothing',
    people: (count: number, strangers: number) =>
      `${count === 1 ? '1 person' : `${count} people`} in it` +
      (strangers > 0 ? `, ${strangers} of them not put there by Latchkey` : ''),
    groupProblems: {
      group_missing: 'The group is not in Salto KS any more.',
      group_without_schedule: 'It has no time schedule, so it opens nothing. Give it one in Salto KS.',
      group_without_locks: 'It has no lock, so it opens nothing. Put locks into it in Salto KS.',
      group_schedule_restrictive: 'It opens at certain hours only. Leave it, if that is meant.',
      group_with_foreign_members:
        'There are people in it whom Latchkey did not put there. It leaves them alone until you decide about them.',
    } satisfies Record<GroupProblem, string>,
    lost: 'Settings that point nowhere',
    noneLost: 'None: every access group that a setting names is at this site.',
    lostHint: 'These name access groups that this site does not have, so they give less than they seem to.',
    lostKinds: {
      plan: 'Plan',
      resource: 'Resource',
      subscription_item: 'Item of a subscription',
    } satisfies Record<SettingsCheckAnswer['items'][number]['kind'], string>,
    missing: (count: number) => (count === 1 ? '1 group is missing' : `${count} groups are missing`),
  },
  problems: {
    unreachable: {
      title: 'No answer',
      detail: 'The console’s own server could not be reached.',
      remedy: 'See whether you are on line, then try again.',
    },
    signed_out: {
      title: 'You are signed out',
      detail: 'Your sign-in has ended.',
      remedy: 'Sign in again; you come back to this page.',
    },
    sign_in_failed: {
      title: 'The sign-in did not work',
      detail: 'The identity provider’s answer could not be used.',
      remedy: 'Sign in again.',
    },
    consent_cancelled: { title: 'You cancelled at Salto KS' },
    consent_expired: { title: 'Too much time has passed' },
    consent_unknown: { title: 'This way is closed' },
    consent_failed: { title: 'Salto KS gave no access' },
    consent_of_another_person: { title: 'Somebody else began this' },
    no_site_administered: { title: 'No site to choose' },
    account_not_as_shown: { title: 'Another Salto KS account has consented meanwhile' },
    site_not_administered: { title: 'The account does not administer this site any more' },
    site_subscription_expired: { title: 'The site’s subscription has ended' },
    site_used_by_another_location: {
      title: 'Another location uses this site',
      remedy: 'Choose another site; or, if both locations are yours and are meant to open its doors, confirm that.',
    },
    site_change_unconfirmed: { title: 'This would leave the present site', remedy: 'If that is meant, confirm it.' },
    salto_unavailable: { title: 'Salto KS does not answer' },
    service_unreachable: { title: 'A service does not answer' },
    version_conflict: { title: 'Somebody else has changed this meanwhile' },
    account_not_bound: { title: 'Latchkey does not know you' },
    location_forbidden: { title: 'This location is not yours' },
  } as Readonly<Record<string, { title: string; detail?: string; remedy?: string } | undefined>>,
  problemTitle: 'That did not work',
  trace: (id: string) => `For whoever operates Latchkey: trace ${id}`,
};
