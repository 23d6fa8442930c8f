import { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { Logger } from '../ports.ts';
import { oneLine, type Purpose, type Refusal, refused, unanswered } from './refusal.ts';
import { type Failure, MAX_SECONDS, waitBeforeRetry } from './retry.ts';

export interface ClientOptions {
  readonly token: string;
  /** Root of the REST API, without a slash at the end. */
  readonly apiUrl: string;
  readonly logger: Logger;
  readonly sleep: (seconds: number) => Promise<void>;
  /** Limit for one try. */
  readonly timeoutSeconds: number;
}

export interface ApiRequest<T> {
  readonly purpose: Purpose;
  /** `GET /path` with `{placeholders}`, or with a full address. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Reads the body of a success in place of JSON, so that the caller sets its limit; its result is what `schema` is asked of. */
  readonly receive?: (body: ReadableStream<Uint8Array>) => Promise<unknown>;
  /** What the answer must look like. */
  readonly schema: z.ZodType<T>;
  /** Whether it may be sent again although it may have been carried out. Default: all but POST. */
  readonly repeatable?: boolean;
}

export interface ApiAnswer<T> {
  readonly data: T;
  /** Address of the next page; null on the last. */
  readonly next: string | null;
}

/** Sends a request, again when that may help. Errors: GitHubError. */
export interface Client {
  readonly apiUrl: string;
  send<T>(request: ApiRequest<T>): Promise<ApiAnswer<T>>;
}

/** A client of GitHub's REST API over @actions/github's Octokit. */
export function createClient(options: ClientOptions): Client {
  const connection = new Connection(options);
  return { apiUrl: options.apiUrl, send: (request) => connection.send(request) };
}

/** No `rest`: the bundle has no table of its routes. */
type Octokit = Pick<ReturnType<typeof import('@actions/github').getOctokit>, 'request'>;

const API_VERSION = '2022-11-28';

class Connection {
  readonly #options: ClientOptions;
  #octokit: Promise<Octokit> | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async send<T>(request: ApiRequest<T>): Promise<ApiAnswer<T>> {
    const { logger, sleep } = this.#options;
    const repeatable = request.repeatable ?? !request.route.startsWith('POST ');
    let spentSeconds = 0;
    for (let made = 1; ; made += 1) {
      const started = performance.now();
      const outcome = await this.#try(
        request,
        Math.min(this.#options.timeoutSeconds, MAX_SECONDS - spentSeconds),
      );
      spentSeconds += (performance.now() - started) / 1000;
      if (outcome.kind === 'answered') return outcome.answer;
      const wait = waitBeforeRetry(outcome, { made, spentSeconds, repeatable }, new Date());
      if (wait === null) throw this.#error(request.purpose, outcome);
      logger.debug(`Could not ${request.purpose.what}: ${textOf(outcome)}; again in ${Math.ceil(wait)} s.`);
      await sleep(wait);
      spentSeconds += wait;
    }
  }

  async #try<T>(request: ApiRequest<T>, seconds: number): Promise<Answered<T> | Failure> {
    const octokit = await this.#connect();
    const signal = AbortSignal.timeout(Math.ceil(seconds * 1000));
    try {
      const response = await octokit.request(request.route, {
        ...request.parameters,
        headers: { 'x-github-api-version': API_VERSION },
        request: { signal, ...(request.receive === undefined ? {} : { parseSuccessResponseBody: false }) },
      });
      const data = await received(request, response.data);
      const parsed = request.schema.safeParse(data);
      // Octokit hands on a body that broke off as a success without data.
      if (!parsed.success) return { kind: 'unanswered', reason: malformed(data, parsed.error) };
      return { kind: 'answered', answer: { data: parsed.data, next: nextPage(response.headers) } };
    } catch (error) {
      return signal.aborted
        ? { kind: 'unanswered', reason: `none within ${Math.round(seconds)} s` }
        : failureOf(error);
    }
  }

  /** Imported late: the package reads the event file on import, and throws there when it is malformed. */
  #connect(): Promise<Octokit> {
    const { token, apiUrl, logger } = this.#options;
    const log = {
      debug: logger.debug.bind(logger),
      info: logger.debug.bind(logger),
      warn: logger.debug.bind(logger),
      error: logger.debug.bind(logger),
    };
    this.#octokit ??= import('@actions/github').then(({ getOctokit }) =>
      getOctokit(token, { baseUrl: apiUrl, userAgent: 'tare', log }),
    );
    return this.#octokit;
  }

  #error(purpose: Purpose, failure: Failure): Error {
    return failure.kind === 'refused'
      ? refused(purpose, failure.refusal, new Date())
      : unanswered(purpose, this.#options.apiUrl, failure.reason);
  }
}

/** Errors: BrokenBody when the connection ends before the body does. */
async function received<T>({ receive }: ApiRequest<T>, data: unknown): Promise<unknown> {
  if (receive === undefined) return data;
  if (!(data instanceof ReadableStream)) return undefined;
  try {
    return await receive(data);
  } catch (error) {
    throw new BrokenBody(messageOf(error));
  }
}

class BrokenBody extends Error {
  override readonly name = 'BrokenBody';
}

interface Answered<T> {
  readonly kind: 'answered';
  readonly answer: ApiAnswer<T>;
}

const headerSchema = z.record(z.string(), z.unknown());
const errorBodySchema = z.object({
  message: z.string(),
  errors: z.array(z.union([z.string(), z.object({ message: z.string().optional() })])).optional(),
});
/** Octokit's RequestError; `response` is missing when no answer came. */
const requestErrorSchema = z.object({
  status: z.number(),
  response: z.object({ status: z.number(), headers: headerSchema, data: z.unknown() }),
});

/** Errors: whatever was thrown, when it is a bug and not a failed request. */
function failureOf(thrown: unknown): Failure {
  const parsed = requestErrorSchema.safeParse(thrown);
  if (parsed.success) {
    const { status, headers, data } = parsed.data.response;
    const refusal: Refusal = { status, headers: strings(headers), message: messageIn(data) };
    return { kind: 'refused', refusal };
  }
  const broken = thrown instanceof BrokenBody || (thrown instanceof Error && 'status' in thrown);
  if (!broken) throw thrown;
  return { kind: 'unanswered', reason: messageOf(thrown) };
}

function strings(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

/** GitHub's message with the details of a validation error; empty when the body is none of GitHub's (a proxy's page). */
function messageIn(data: unknown): string {
  const body = errorBodySchema.safeParse(data);
  if (!body.success) return '';
  const details = (body.data.errors ?? []).map((error) =>
    typeof error === 'string' ? error : error.message,
  );
  return oneLine([body.data.message, ...details.filter(Boolean)].join(': '));
}

function malformed(data: unknown, error: z.ZodError): string {
  if (data === '' || typeof data === 'string') return 'the answer is cut off or is not JSON';
  const issue = error.issues[0];
  return `the answer is not as documented: ${issue?.path.join('.')} ${issue?.message}`;
}

/** Source: GitHub's "Using pagination in the REST API". */
function nextPage(headers: Readonly<Record<string, unknown>>): string | null {
  const link = headers['link'];
  if (typeof link !== 'string') return null;
  return /<([^<>]+)>;\s*rel="next"/.exec(link)?.[1] ?? null;
}

function textOf(failure: Failure): string {
  return failure.kind === 'refused' ? `${failure.refusal.status} ${failure.refusal.message}` : failure.reason;
}
