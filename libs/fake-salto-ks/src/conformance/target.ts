/** A Salto KS to be looked at, and how far one may go there. */
export interface Target {
  /** For people: "the fake", "Salto's acceptance environment". */
  readonly name: string;
  /** Whether it is held to the guesses, and must be able to show everything. */
  readonly isFake: boolean;
  /** URLs end without a slash. */
  readonly identityUrl: string;
  readonly apiUrl: string;
  readonly hubUrl?: string | undefined;
  readonly client: { readonly id: string; readonly secret: string };
  readonly signIn: SignIn;
  /** The only site on which anything is created. */
  readonly siteId: string;
  readonly requestsPerSecond: number;
  /** How often something is looked at again that takes time to arrive. */
  readonly pollMs: number;
  /** Free seats that may be filled to see what a full site does; each takes a guest for a moment. */
  readonly seatsToFill: number;
  /** An address that the client may return to after consent. */
  readonly redirectUri?: string | undefined;
  /** An access token that was good once. */
  readonly staleToken?: string | undefined;
  /** Does what a person does at the consent page: opens the URL, and answers the one they are sent back to. */
  readonly consent?: (authorizationUrl: string) => Promise<URL>;
}

export type SignIn =
  | { readonly user: string; readonly password: string }
  /** Salto may replace a refresh token whenever it is used: the newest is put back where it came from. */
  | { readonly refreshToken: { read: () => Promise<string>; write: (token: string) => Promise<void> } };
