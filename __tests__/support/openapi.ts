import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { ApiDocument, type Operation, objectSchema } from './openapi-document.ts';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, e.g. `/repos/o/r/pulls?page=2`. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let shared: ApiDescription | undefined;

/** One description per process: reading it takes about a second. */
export function apiDescription(): ApiDescription {
  shared ??= new ApiDescription();
  return shared;
}

/** GitHub's own OpenAPI description as a judge of requests and replies. Schemas are compiled when first needed. */
class ApiDescription {
  readonly #document = new ApiDocument();
  readonly #ajv: Ajv;
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    // OpenAPI 3.0 has keywords that JSON Schema has not (`example`): no strict mode.
    this.#ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(this.#ajv);
    this.#ajv.addFormat('timestamp', true);
    this.#ajv.addFormat('repo.nwo', /^[^/]+\/[^/]+$/);
    this.#ajv.addFormat('uri-template', true);
    this.#ajv.addSchema(this.#document.json, ROOT);
  }

  operationFor(request: WireRequest): Operation | null {
    return this.#document.match(request.method, pathOf(request))?.operation ?? null;
  }

  /** What is wrong with a request, one line each; empty when it is as described. */
  checkRequest(request: WireRequest): readonly string[] {
    const match = this.#document.match(request.method, pathOf(request));
    if (match === null) return ['GitHub has no such operation'];
    return [
      ...checkHeaders(request),
      ...this.#checkParameters(match.operation, match.values, 'path'),
      ...this.#checkParameters(match.operation, queryOf(request), 'query'),
      ...this.#checkBody(match.operation, request),
    ];
  }

  /** What is wrong with a reply; empty when it is as described. An error that is not described must be GitHub's plain one. */
  checkReply(operation: Operation, reply: WireReply): readonly string[] {
    const pointer = `${operation.pointer}/responses/${reply.status}`;
    const described = this.#document.at(pointer) !== undefined;
    if (!described && reply.status < 400) return [`status ${reply.status} is not described`];
    const schema = described ? this.#document.jsonSchemaOf(pointer) : PLAIN_ERROR;
    if (schema === null) return reply.body === '' ? [] : ['a body where none is described'];
    return this.#check(schema, parseJson(reply.body), 'body');
  }

  #checkParameters(
    operation: Operation,
    values: ReadonlyMap<string, string>,
    place: 'path' | 'query',
  ): string[] {
    const described = this.#document.parametersOf(operation).filter((parameter) => parameter.place === place);
    const missing = described.filter(({ name, required }) => required && !values.has(name));
    const wrong = [...values].flatMap(([name, value]) => {
      const parameter = described.find((candidate) => candidate.name === name);
      if (parameter === undefined) return [`${place} parameter ${name} is not described for ${operation.id}`];
      // Described in words only.
      if (name === 'per_page' && Number(value) > 100) return ['query parameter per_page is above 100'];
      return this.#check(
        parameter.schema,
        this.#typed(parameter.schema, value),
        `${place} parameter ${name}`,
      );
    });
    return [...missing.map(({ name }) => `${place} parameter ${name} is missing`), ...wrong];
  }

  #checkBody(operation: Operation, request: WireRequest): string[] {
    const pointer = `${operation.pointer}/requestBody`;
    const schema = this.#document.jsonSchemaOf(pointer);
    if (schema === null) return request.body === '' ? [] : ['a body where none is described'];
    const required = this.#document.at(`${this.#document.followed(pointer)}/required`) === true;
    if (request.body === '') return required ? ['the body is missing'] : [];
    const body = parseJson(request.body);
    return [...this.#check(schema, body, 'body'), ...this.#unknownFields(schema, body)];
  }

  /** GitHub ignores a field that it does not know; from us it is a mistake. */
  #unknownFields(schema: string, body: unknown): string[] {
    const known = objectSchema.safeParse(this.#document.at(`${this.#document.followed(schema)}/properties`));
    const sent = objectSchema.safeParse(body);
    if (!known.success || !sent.success) return [];
    return Object.keys(sent.data)
      .filter((name) => !(name in known.data))
      .map((name) => `body field ${name} is not described`);
  }

  /** A path's or query's text as the type that its schema names. */
  #typed(schema: string, text: string): unknown {
    const type = this.#document.at(`${this.#document.followed(schema)}/type`);
    if (type === 'integer' || type === 'number') return text.trim() === '' ? text : Number(text);
    if (type === 'boolean') return text === 'true' || (text === 'false' ? false : text);
    return text;
  }

  #check(pointer: string, value: unknown, what: string): string[] {
    let validate = this.#compiled.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `${ROOT}#${encodeURI(pointer)}` });
      this.#compiled.set(pointer, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message}`);
  }
}

const ROOT = 'https://tare.test/openapi.json';
const PLAIN_ERROR = '/components/schemas/basic-error';
/** The one that Tare is written for; GitHub answers an unknown one with 400. */
const API_VERSIONS = new Set(['2022-11-28']);

function checkHeaders({ headers }: WireRequest): string[] {
  const version = headers['x-github-api-version'];
  return [
    ...(headers['user-agent'] ? [] : ['the user-agent header is missing: GitHub refuses such requests']),
    ...(version === undefined ? ['the x-github-api-version header is missing'] : []),
    ...(version !== undefined && !API_VERSIONS.has(version) ? [`no API version ${version}`] : []),
    ...(/application\/vnd\.github(\.v3)?\+json/.test(headers['accept'] ?? '')
      ? []
      : [`accept is ${headers['accept']}`]),
  ];
}

function pathOf({ target }: WireRequest): string {
  return target.split('?', 1)[0] ?? '';
}

function queryOf({ target }: WireRequest): ReadonlyMap<string, string> {
  return new Map(new URLSearchParams(target.split('?')[1] ?? ''));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
