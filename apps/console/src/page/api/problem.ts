/** A refusal, as the APIs tell it (RFC 9457) or as the page does when nothing was answered. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number | undefined;
  /** What to do about it. */
  readonly remedy: string | undefined;
  readonly traceId: string | undefined;

  constructor(told: { code?: string; status?: number; detail?: string; remedy?: string; traceId?: string }) {
    super(told.detail ?? '');
    this.code = told.code ?? 'unknown';
    this.status = told.status;
    this.remedy = told.remedy;
    this.traceId = told.traceId;
  }
}

/** Reads a refusal; one that is no problem document (a proxy's, say) has its status only. */
export async function problemOf(response: Response): Promise<Problem> {
  const told: unknown = await response.json().catch(() => undefined);
  const status = { status: response.status, detail: `The answer was ${response.status}.` };
  return new Problem(typeof told === 'object' && told !== null ? { ...status, ...told } : status);
}
