/** One field that was not as it must be; `path` in dots, from the root of the body, query or path parameters. */
export interface FieldError {
  path: string;
  message: string;
}

export interface ProblemOptions {
  /** Stable, snake_case, part of the API: what programs branch on. */
  code: string;
  status: number;
  title: string;
  /** What happened, for a person. No secrets, no data of others. */
  detail?: string;
  /** What to do about it. */
  remedy?: string;
  /** Further members of the document. */
  extras?: Record<string, unknown>;
  headers?: Record<string, string>;
  cause?: unknown;
}

/** A refusal on its way to the caller, answered as RFC 9457 `application/problem+json`. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly remedy: string | undefined;
  readonly extras: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(options: ProblemOptions) {
    super(`${options.code}: ${options.detail ?? options.title}`, { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.title = options.title;
    this.detail = options.detail;
    this.remedy = options.remedy;
    this.extras = options.extras ?? {};
    this.headers = options.headers ?? {};
  }
}
