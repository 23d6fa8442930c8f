/** What goes wrong with a request, and when. */
export type Fault =
  /** GitHub refuses: nothing is carried out. */
  | {
      readonly kind: 'refusal';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  /** Something between us and GitHub answers in its place, in no form that GitHub describes. */
  | { readonly kind: 'foreign'; readonly status: number; readonly body: string }
  /** The connection breaks before the request is carried out. */
  | { readonly kind: 'reset' }
  /** The request is carried out, and the connection breaks before the answer. */
  | { readonly kind: 'reset-after' }
  /** The request is carried out, and the answer breaks off in its middle. */
  | { readonly kind: 'cut' }
  /** The request is carried out after so many seconds. */
  | { readonly kind: 'slow'; readonly seconds: number };

/** GitHub's refusals with its own texts. */
export const faults = {
  badToken: refusal(401, { message: 'Bad credentials' }),
  /** What the read-only token of a fork's pull request gets, whatever `permissions:` says. */
  forkToken: refusal(403, { message: 'Resource not accessible by integration' }),
  notFound: refusal(404, { message: 'Not Found' }),
  invalid: refusal(422, {
    message: 'Validation Failed',
    errors: [
      { resource: 'IssueComment', code: 'unprocessable', field: 'data', message: 'Could not process data' },
    ],
  }),
  tooLong: refusal(422, {
    message: 'Validation Failed',
    errors: [
      {
        resource: 'IssueComment',
        code: 'unprocessable',
        field: 'data',
        message: 'Body is too long (maximum is 65536 characters)',
      },
    ],
  }),
  tooManyRequests: (retryAfterSeconds: number): Fault =>
    refusal(
      429,
      {
        message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      },
      { 'retry-after': String(retryAfterSeconds) },
    ),
  /** The hourly limit: 403, nothing remaining, and the second since 1970 at which it starts anew. */
  hourlyLimit: (resetAt: Date): Fault =>
    refusal(
      403,
      { message: 'API rate limit exceeded for installation ID 1.' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(resetAt.getTime() / 1000)) },
    ),
  /** A secondary limit that names no time. */
  secondaryLimit: refusal(403, { message: 'You have exceeded a secondary rate limit.' }),
  locked: refusal(403, { message: 'Unable to create comment because issue is locked.' }),
  serverError: (status: 500 | 502 | 503 | 504): Fault => refusal(status, { message: 'Server Error' }),
  gatewayPage: { kind: 'foreign', status: 502, body: '<html><body>Bad gateway</body></html>' },
  /** A hotel's log-in page, say. */
  portalPage: { kind: 'foreign', status: 200, body: '<html><body>Please log in</body></html>' },
  reset: { kind: 'reset' },
  resetAfter: { kind: 'reset-after' },
  cut: { kind: 'cut' },
  slow: (seconds: number): Fault => ({ kind: 'slow', seconds }),
} as const satisfies Record<string, Fault | ((argument: never) => Fault)>;

function refusal(
  status: number,
  body: { readonly message: string; readonly errors?: readonly unknown[] },
  headers: Readonly<Record<string, string>> = {},
): Fault {
  const documented = { ...body, documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return { kind: 'refusal', status, headers, body: documented };
}
